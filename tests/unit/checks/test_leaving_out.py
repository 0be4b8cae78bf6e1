from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import poisson

from evaluation.checks.book import Evidence
from evaluation.terms import Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, cells_of, look, with_group

SAMPLE = ("chain", "draw")


def left_out(evidence: Evidence, rng: np.random.Generator, *, factor: float = 1.0, noise: float = 1.0) -> Evidence:
    """A model that predicts each exact count at `factor` times its rate, with its own noise `noise` times too wide.

    The truth: counts are Poisson around 30 times log-normal noise of sd 0.5, so that the model's predictive is right
    for factor 1 and noise 1, and each count says next to nothing of the shared parameter.
    """
    at = cells_of(evidence.panel, 1)
    panel = evidence.panel.copy(deep=True)
    values = panel["lower"].values.ravel()
    values[at] = rng.poisson(30 * np.exp(rng.normal(0, 0.5, size=len(at))))
    panel["lower"] = (panel["lower"].dims, values.reshape(panel["lower"].shape))
    shared = 30 * factor * np.exp(rng.normal(0, 0.01, size=(CHAINS, DRAWS, 1)))
    drawn = rng.poisson(shared * np.exp(rng.normal(0, 0.5 * noise, size=(CHAINS, DRAWS, len(at)))))
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    density = poisson.pmf(values[at][..., None], shared[..., None] * np.exp(0.5 * noise * nodes)) @ weights
    dims = (*SAMPLE, "exact_cell")
    group = xr.Dataset(
        {"log_likelihood": (dims, np.log(density / weights.sum() + 1e-300)), "counts": (dims, drawn)},
        coords={"exact_cell": at},
    )
    return with_group(replace(evidence, panel=panel), "left_out", group)


def test_counts_that_the_others_predict_pass(evidence: Evidence, rng: np.random.Generator) -> None:
    clean = left_out(evidence, rng)
    assert look("loo_pit", clean).verdict is Verdict.PASS
    found = look("pareto_k", clean)
    assert found.verdict is Verdict.PASS
    assert found.statistic == 0


@pytest.mark.parametrize(
    ("factor", "noise", "says"),
    [(1.0, 0.3, "too narrow"), (1.0, 3.0, "too wide"), (0.5, 1.0, "too low"), (2.0, 1.0, "too high")],
)
def test_counts_that_are_predicted_wrongly_do_not_pass(
    factor: float, noise: float, says: str, evidence: Evidence, rng: np.random.Generator
) -> None:
    found = look("loo_pit", left_out(evidence, rng, factor=factor, noise=noise))
    assert found.verdict in {Verdict.CONCERN, Verdict.FAIL}
    assert says in found.says


def with_small_counts(evidence: Evidence, status: int, limit: int = 25) -> Evidence:
    """The evidence with its counts up to a limit suppressed (2), or simply not there (0)."""
    panel, group = evidence.panel.copy(deep=True), evidence.fit["left_out"].to_dataset()
    small = (panel["status"] == 1) & (panel["lower"] <= limit)
    known = status == 2
    panel["status"] = panel["status"].where(~small, status)
    panel["lower"] = panel["lower"].where(~small, 0.0 if known else np.nan)
    panel["upper"] = panel["upper"].where(~small, limit if known else np.nan)
    kept = np.isin(group["exact_cell"].values, cells_of(panel, 1))
    return with_group(replace(evidence, panel=panel), "left_out", group.isel(exact_cell=kept))


def test_counts_that_were_not_suppressed_are_held_against_predictions_that_would_not_be(
    evidence: Evidence, rng: np.random.Generator
) -> None:
    clean = left_out(evidence, rng)
    assert look("loo_pit", with_small_counts(clean, status=2)).verdict is Verdict.PASS
    picked = look("loo_pit", with_small_counts(clean, status=0))  # large counts chosen, nobody says why
    assert picked.verdict is Verdict.FAIL
    assert "too low" in picked.says


def pinned(evidence: Evidence, rng: np.random.Generator, share: float) -> Evidence:
    """A log likelihood in which a share of the cells has tails too heavy to be left out."""
    group = evidence.fit["log_likelihood"].to_dataset()
    cells = group.sizes["exact_cell"]
    values = rng.normal(0, 0.05, size=(CHAINS, DRAWS, cells))
    heavy = max(round(share * cells), 1)
    values[..., :heavy] = -3 * rng.exponential(size=(CHAINS, DRAWS, heavy))
    return with_group(evidence, "log_likelihood", group.assign(exact=((*SAMPLE, "exact_cell"), values)))


def test_a_few_influential_cells_concern_and_are_named(evidence: Evidence, rng: np.random.Generator) -> None:
    found = look("pareto_k", pinned(evidence, rng, 0.05))
    assert found.verdict is Verdict.CONCERN
    assert len(found.details) == 5
    assert min(found.details.values()) > 0.7
    assert next(iter(found.details)).startswith("Victims, all forms: Country ")


@pytest.mark.parametrize("name", ["pareto_k", "loo_pit"])
def test_many_cells_with_a_noise_of_their_own_are_not_known(
    name: str, evidence: Evidence, rng: np.random.Generator
) -> None:
    found = look(name, pinned(evidence, rng, 0.5))
    assert found.verdict is Verdict.UNKNOWN
    assert "left_out" in found.advice


def test_the_weaker_statement_says_that_the_data_were_used_twice(evidence: Evidence, rng: np.random.Generator) -> None:
    found = look("loo_pit", pinned(evidence, rng, 0.5))
    assert "which has seen them" in found.says
    assert 0.85 < found.statistic <= 1.0


def test_few_cells_are_not_known(evidence: Evidence) -> None:
    some = evidence
    for name in ("log_likelihood", "posterior_predictive"):
        some = with_group(some, name, some.fit[name].to_dataset().isel(exact_cell=slice(0, 30)))
    assert look("loo_pit", some).verdict is Verdict.UNKNOWN


def test_predictions_at_fewer_draws_are_weighed_by_the_same_draws(evidence: Evidence, rng: np.random.Generator) -> None:
    clean = left_out(evidence, rng)
    group = clean.fit["left_out"].to_dataset().assign_coords(chain=range(CHAINS), draw=range(DRAWS))
    whole = with_group(
        with_group(clean, "left_out", None), "log_likelihood", group[["log_likelihood"]].rename(log_likelihood="exact")
    )
    predicted = group[["counts"]].rename(counts="exact").isel(draw=slice(1, None, 2))
    found = look("loo_pit", with_group(whole, "posterior_predictive", predicted))
    assert found.verdict is Verdict.PASS


def test_few_draws_are_not_known(evidence: Evidence) -> None:
    short = evidence.fit["log_likelihood"].to_dataset().isel(draw=slice(0, 10))
    assert look("pareto_k", with_group(evidence, "log_likelihood", short)).verdict is Verdict.UNKNOWN
