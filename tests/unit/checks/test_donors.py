"""Donors that can stand for the treated units, and donors that cannot."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.checks.sampling import _without
from evaluation.terms import ModelPlan, Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, TREATED, UNITS, look, with_group

DONORS = UNITS[TREATED:]


@pytest.fixture
def mixing(evidence: Evidence) -> Evidence:
    """The small study with a model that mixes donors, and every treated unit a mixture of them before its law."""
    panel = evidence.panel
    counts = np.full(panel["lower"].shape, 1e4)
    counts[:, TREATED:] = 1e4 * np.exp(np.array([-0.5, 0.5]))[:, None]
    exact = {"lower": (panel["lower"].dims, counts), "upper": (panel["lower"].dims, counts)}
    status = (panel["lower"].dims, np.ones(counts.shape, dtype="int8"))
    model = ModelPlan(name="synthetic_control")
    study = replace(evidence.study, model=model)
    return replace(evidence, study=study, panel=panel.assign(exact | {"status": status}))


def times(evidence: Evidence, unit: int, factor: float) -> Evidence:
    """One unit's counts so many times as large."""
    panel = evidence.panel.copy(deep=True)
    for name in ("lower", "upper"):
        panel[name].values[:, unit] *= factor
    return replace(evidence, panel=panel)


def test_units_between_their_donors_pass(mixing: Evidence) -> None:
    found = look("hull", mixing)
    assert found.verdict is Verdict.PASS
    assert found.statistic == pytest.approx(0, abs=0.05)
    assert found.assumption == "donors_span"


def test_a_unit_above_every_donor_is_named_with_its_distance(mixing: Evidence) -> None:
    found = look("hull", times(mixing, 3, 3.0))  # 3 / e^0.5 is 1.82, of which counting makes a little
    assert found.verdict is Verdict.FAIL
    assert found.says.startswith("Country 3 lies outside its donors: the nearest mixture of them is 81.9 % off")
    assert found.details["distance_without_level"] == pytest.approx(0, abs=0.01)
    assert look("hull", times(mixing, 3, 1.9)).verdict is Verdict.CONCERN  # 15 %, where 20 % fewer matter


def test_without_a_period_before_nothing_is_known(mixing: Evidence) -> None:
    panel = mixing.panel.assign(exposure=xr.ones_like(mixing.panel["exposure"]).where(mixing.panel["exposure"] >= 0))
    panel["exposure"].values[:, TREATED:] = 0
    found = look("hull", replace(mixing, panel=panel))
    assert found.verdict is Verdict.UNKNOWN
    assert "Country 0" in found.says


def weighing(evidence: Evidence, largest: float) -> Evidence:
    weight = np.full((CHAINS, DRAWS, 1, 2), [largest, 1 - largest])
    coords = {"treated": [UNITS[0]], "donor": list(DONORS)}
    group = xr.Dataset({"weight": (("chain", "draw", "treated", "donor"), weight)}, coords=coords)
    return with_group(evidence, "posterior", group)


def test_one_donor_that_carries_it_alone_is_a_concern(mixing: Evidence) -> None:
    found = look("one_donor", weighing(mixing, 0.9))
    assert found.verdict is Verdict.CONCERN
    assert found.says.startswith("Country 10 carries 90 % of the mixture that stands for Country 0")
    assert look("one_donor", weighing(mixing, 0.6)).verdict is Verdict.PASS
    assert look("one_donor", mixing).verdict is Verdict.UNKNOWN  # the fit holds no weights


@pytest.mark.parametrize("name", ["hull", "one_donor"])
def test_a_model_that_mixes_no_donors_is_not_asked(evidence: Evidence, name: str) -> None:
    (card,) = (card for card in cards() if card.name == name)
    assert card.run(evidence) == ()


def test_chains_need_not_agree_on_signs_of_factors(evidence: Evidence) -> None:
    factor = replace(evidence, study=replace(evidence.study, model=ModelPlan(name="factor")))
    assert {"loading", "factor_sd"} <= set(_without(factor))
    assert "loading" not in _without(evidence)
    flipped = np.ones((CHAINS, DRAWS)) * np.array([1, -1, 1, -1])[:, None] + 0.01 * np.random.default_rng(1).normal(
        size=(CHAINS, DRAWS)
    )
    posterior = evidence.fit["posterior"].to_dataset().assign(loading=(("chain", "draw"), flipped))
    assert look("rhat", with_group(evidence, "posterior", posterior)).verdict is Verdict.FAIL
    assert look("rhat", with_group(factor, "posterior", posterior)).verdict is not Verdict.FAIL
