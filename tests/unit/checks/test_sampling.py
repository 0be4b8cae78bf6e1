import re
import sys
import types
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.terms import Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, look, with_group

SAMPLE = ("chain", "draw")


def posterior(evidence: Evidence, **changed: np.ndarray) -> Evidence:
    group = evidence.fit["posterior"].to_dataset()
    return with_group(evidence, "posterior", group.assign({name: (SAMPLE, draws) for name, draws in changed.items()}))


def stats(evidence: Evidence, **changed: np.ndarray) -> Evidence:
    return with_group(evidence, "sample_stats", xr.Dataset({name: (SAMPLE, x) for name, x in changed.items()}))


@pytest.mark.parametrize("name", ["divergences", "energy"])
def test_clean_draws_pass(name: str, evidence: Evidence) -> None:
    assert look(name, evidence).verdict is Verdict.PASS


def test_rhat_passes_where_chains_agree_and_names_the_worst(evidence: Evidence) -> None:
    found = look("rhat", evidence, rhat=1.03)  # 250 draws of 289 quantities: chance alone exceeds 1.01
    assert found.verdict is Verdict.PASS
    assert "289 quantities" in found.statistic_says
    assert re.search(r"log_rate\[(Victims, all forms|Burglaries); Country \d+; 20\d\d\]", found.statistic_says)


def test_rhat_fails_where_one_chain_sits_elsewhere(evidence: Evidence) -> None:
    draws = evidence.fit["posterior"]["effect"].values.copy()
    draws[2] += 1
    found = look("rhat", posterior(evidence, effect=draws))
    assert found.verdict is Verdict.FAIL
    assert found.statistic_says.endswith("at effect")
    assert found.advice


def test_rhat_fails_where_a_chain_is_stuck(evidence: Evidence) -> None:
    draws = evidence.fit["posterior"]["effect"].values.copy()
    draws[2] = 1.0
    assert look("rhat", posterior(evidence, effect=draws)).verdict is Verdict.FAIL


def test_rhat_of_one_chain_is_not_known(evidence: Evidence) -> None:
    found = look("rhat", with_group(evidence, "posterior", evidence.fit["posterior"].to_dataset().isel(chain=[0])))
    assert (found.verdict, found.statistic) == (Verdict.UNKNOWN, None)


@pytest.mark.parametrize("name", ["rhat", "ess"])
def test_draws_that_are_not_finite_are_not_known(name: str, evidence: Evidence) -> None:
    draws = evidence.fit["posterior"]["effect"].values.copy()
    draws[0, 0] = np.nan
    assert look(name, posterior(evidence, effect=draws), rhat=1.03, ess=300).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", ["rhat", "ess"])
def test_nothing_that_varies_is_not_known(name: str, evidence: Evidence) -> None:
    still = xr.Dataset({"effect": (SAMPLE, np.ones((CHAINS, DRAWS)))})
    assert look(name, with_group(evidence, "posterior", still)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", ["rhat", "ess", "divergences", "energy", "ess_estimands"])
def test_no_draws_are_not_known(name: str, evidence: Evidence, estimates: list[xr.DataTree]) -> None:
    assert look(name, replace(evidence, fit=xr.DataTree())).verdict is Verdict.UNKNOWN


def test_ess_passes_and_fails(evidence: Evidence, rng: np.random.Generator) -> None:
    assert look("ess", evidence).verdict is Verdict.PASS
    slow = rng.normal(size=(CHAINS, 1)) * 0.1 + np.cumsum(rng.normal(size=(CHAINS, DRAWS)), axis=1)
    found = look("ess", posterior(evidence, effect=slow))
    assert found.verdict is Verdict.FAIL
    assert found.statistic_says.endswith("at effect")


def test_divergences_fail_and_say_where(evidence: Evidence) -> None:
    effect = evidence.fit["posterior"]["effect"].values
    diverging = effect < np.quantile(effect, 0.02)
    found = look("divergences", stats(evidence, diverging=diverging, energy=effect))
    assert found.verdict is Verdict.FAIL
    assert "where effect is small" in found.says
    assert sum(found.details.values()) == diverging.sum() == 20


def test_one_divergence_in_a_thousand_is_allowed_and_told(evidence: Evidence) -> None:
    diverging = np.zeros((CHAINS, DRAWS), dtype=bool)
    diverging[0, 0] = True
    found = look("divergences", stats(evidence, diverging=diverging))
    assert found.verdict is Verdict.PASS
    assert found.says.startswith("1 of 1,000")


def test_energy_fails_where_it_creeps(evidence: Evidence, rng: np.random.Generator) -> None:
    creeping = np.cumsum(rng.normal(size=(CHAINS, DRAWS)), axis=1)
    assert look("energy", stats(evidence, energy=creeping)).verdict is Verdict.FAIL


@pytest.fixture
def estimates(monkeypatch: pytest.MonkeyPatch) -> list[xr.DataTree]:
    """What inference hands back as the effect: the last of a list that the test fills."""
    held: list[xr.DataTree] = []
    module = types.ModuleType("evaluation.inference.effect")
    module.estimate = lambda study, panel, fit: held[-1]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "evaluation.inference.effect", module)
    return held


def effect_with(draws: np.ndarray) -> xr.DataTree:
    whole = xr.Dataset({"percent": (SAMPLE, draws), "difference": (SAMPLE, draws * 0)})
    quantiles = xr.Dataset({"on": (("quantile",), np.zeros(5))})
    return xr.DataTree.from_dict({"overall": whole, "counterfactual": quantiles})


def test_ess_of_the_estimates(evidence: Evidence, estimates: list[xr.DataTree], rng: np.random.Generator) -> None:
    estimates.append(effect_with(rng.normal(size=(CHAINS, DRAWS))))
    found = look("ess_estimands", evidence)
    assert found.verdict is Verdict.PASS
    assert "over 1 estimates, at overall" in found.statistic_says
    estimates.append(effect_with(np.cumsum(rng.normal(size=(CHAINS, DRAWS)), axis=1)))
    assert look("ess_estimands", evidence).verdict is Verdict.FAIL
