"""How fast trends may part until nothing is left: silent where they hardly parted before, not silent where they did."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.checks.breakdown import MOST, Path, breakdown, path_of
from evaluation.checks.refits import BELIEVED
from evaluation.terms.evidence import Finding, Verdict
from tests.unit.checks.conftest import look, moved

SAMPLES = 1000


def with_leads(evidence: Evidence, oldest: float, latest: float, sd: float, effect: float = -0.2) -> Evidence:
    """The evidence with these means of two leads and of the effect beside them, all as sure as `sd` says."""
    rng = np.random.default_rng(6)
    variants = evidence.variants.copy(deep=True)
    for lead, mean in (("-2", oldest), ("-1", latest)):
        draws = 100 * np.expm1(rng.normal(mean, sd, SAMPLES))
        variants["lead_percent"].loc[{"variant": "leads", "indicator": "victims", "lead": lead}] = draws
    draws = 100 * np.expm1(rng.normal(effect, sd, SAMPLES))
    variants["percent"].loc[{"variant": "leads", "quantity": "overall"}] = draws
    return replace(evidence, variants=variants)


def seen(evidence: Evidence) -> Finding:
    return look("breakdown", evidence)


def test_an_answer_that_outlasts_what_was_seen_before_passes(evidence: Evidence) -> None:
    found = seen(with_leads(evidence, 0.0, 0.0, 0.003))
    assert found.verdict is Verdict.PASS
    assert found.statistic is not None
    assert found.statistic > 1
    assert found.says.startswith("The answer would no longer exclude none if trends parted after the laws more than ")
    assert found.says.endswith(f" {found.statistic:.2g} times as fast as they ever did before.")


@pytest.mark.parametrize(("step", "verdict"), [(0.055, Verdict.CONCERN), (0.2, Verdict.FAIL)])
def test_trends_that_parted_before_the_laws_do_not_pass(evidence: Evidence, step: float, verdict: Verdict) -> None:
    found = seen(with_leads(evidence, step, 0.0, 0.003))
    assert found.verdict is verdict
    assert found.details["could_be"] > 1  # the data could have shown an answer that lasts
    assert "event-time" in found.advice


def test_the_value_and_the_ends_by_hand(evidence: Evidence) -> None:
    found = seen(with_leads(evidence, 0.05, 0.0, 1e-6))
    periods = found.details["periods_to_part"]
    assert found.details["breakdown"] == pytest.approx(0.2 / (0.05 * periods), rel=1e-3)
    assert found.details["lower_at_1"] == pytest.approx(100 * np.expm1(-0.2 - 0.05 * periods), rel=1e-3)
    assert found.details["upper_at_2"] == pytest.approx(100 * np.expm1(-0.2 + 0.1 * periods), rel=1e-3)
    assert found.details["breakdown_rambachan_roth"] == pytest.approx(found.details["breakdown"], rel=1e-3)
    # trends that fell by 0.05 a period, and went on, would have made that much of the fall
    assert found.details["lower_at_no_bend"] == pytest.approx(100 * np.expm1(-0.2 + 0.05 * periods), abs=0.01)


def test_time_to_part_is_that_of_the_reported_counts(evidence: Evidence) -> None:
    panel, treated, held = evidence.panel, 0.0, 0.0
    lower, upper = (panel[name].sel(indicator="victims").values for name in ("lower", "upper"))
    for unit, time in zip(*np.nonzero(panel["exposure"].values[0]), strict=True):
        start = int(panel["exposure"].values[0, unit].argmax())
        count = np.nan_to_num((lower[unit, time] + upper[unit, time]) / 2)
        treated, held = treated + count, held + count * (time - start + 1)
    assert path_of(evidence, BELIEVED).time_to_part == pytest.approx(held / treated)


def test_leads_of_outcomes_are_averaged_by_their_counts(evidence: Evidence) -> None:
    question = replace(evidence.study.question, indicators=("victims", "control"), controls=())
    both = replace(with_leads(evidence, 0.3, 0.0, 1e-6), study=replace(evidence.study, question=question))
    one = path_of(with_leads(evidence, 0.3, 0.0, 1e-6), BELIEVED)
    path = path_of(both, BELIEVED)
    counts = ((evidence.panel["lower"] + evidence.panel["upper"]) / 2).where(evidence.panel["exposure"][0] > 0)
    share = float(counts.sel(indicator="victims").sum() / counts.sum())
    of_control = np.log1p(evidence.variants["lead_percent"].sel(variant="leads", indicator="control", lead="-2") / 100)
    assert path.leads[:, 0] == pytest.approx(share * one.leads[:, 0] + (1 - share) * of_control.values)


def test_where_no_data_could_have_shown_it_the_verdict_is_unknown(evidence: Evidence) -> None:
    found = seen(evidence)  # leads as uncertain as the effect
    assert found.verdict is Verdict.UNKNOWN
    assert "cannot tell how fast that was" in found.says
    assert found.details["could_be"] < 1


def test_an_answer_that_holds_none_has_nothing_to_break_down(evidence: Evidence) -> None:
    found = seen(replace(evidence, variants=moved(evidence.variants, "main", 0.2)))
    assert (found.verdict, found.statistic) == (Verdict.UNKNOWN, None)
    assert found.says.startswith("There is nothing to break down: the answer (0 %")
    assert " the interval would be -" in found.says


def test_an_interval_that_holds_almost_anything_is_not_printed(evidence: Evidence) -> None:
    wide = with_leads(evidence, 0.0, 200.0, 0.5)
    found = seen(replace(wide, variants=moved(wide.variants, "main", 0.2)))
    assert "would hold almost any change" in found.says
    assert "upper_at_2" not in found.details  # too large to be written


def test_an_effect_that_began_before_the_laws_is_gone_without_any_parting(evidence: Evidence) -> None:
    found = seen(with_leads(evidence, 0.0, -0.2, 0.003))
    assert (found.verdict, found.statistic) == (Verdict.FAIL, 0.0)
    assert found.says.startswith("Counted from the last period before the laws, the answer does not exclude none")


@pytest.mark.parametrize("sd", [0.003, None])
def test_a_prior_that_lets_nothing_part_does_not_pass(evidence: Evidence, sd: float | None) -> None:
    clean = with_leads(evidence, 0.0, 0.0, 0.003)
    variants = clean.variants.copy()
    variants.attrs = {} if sd is None else {"lead_prior_sd": sd}
    found = seen(replace(clean, variants=variants))
    assert found.verdict is Verdict.UNKNOWN
    assert "proves nothing" in found.says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda variants: variants.sel(variant=variants["variant"] != "leads"), "No effect before the law"),
        (lambda variants: variants.sel(lead=["-1"]), "takes two periods before"),
        (lambda variants: variants.assign(rhat_max=variants["rhat_max"] + 1), "did not converge"),
        (lambda variants: variants.assign(lead_percent=variants["lead_percent"] * np.nan), "Too few draws"),
    ],
)
def test_what_is_not_there_is_not_known(evidence: Evidence, change: object, says: str) -> None:
    found = seen(replace(evidence, variants=change(evidence.variants)))  # type: ignore[operator]
    assert found.verdict is Verdict.UNKNOWN
    assert says in found.says


def test_without_a_count_under_a_law_it_is_not_known(evidence: Evidence) -> None:
    blank = evidence.panel.assign(lower=xr.full_like(evidence.panel["lower"], np.nan))
    found = seen(replace(evidence, panel=blank))
    assert found.verdict is Verdict.UNKNOWN
    assert "No count is reported under a law" in found.says


def test_the_interval_widens_and_holds_each_draws_band() -> None:
    rng = np.random.default_rng(8)
    path = Path(effect=rng.normal(-0.3, 0.1, 500), leads=rng.normal(0, 0.05, (500, 3)), weights=np.array([0.5, 0.5]))
    reach = 1.5 * np.abs(np.diff(path.leads, axis=1)).max(axis=1)
    lower, upper = path.interval(1.0)
    held = (path.since_last - reach >= lower) & (path.since_last + reach <= upper)
    assert held.mean() >= 0.95 - 2 / 500
    ends = np.array([path.interval(times) for times in (0.0, 0.5, 1.0, 2.0)])
    assert (np.diff(ends[:, 0]) < 0).all()
    assert (np.diff(ends[:, 1]) > 0).all()
    assert ends[0] == pytest.approx(np.quantile(path.since_last, [0.025, 0.975]))


@pytest.mark.parametrize(
    ("interval", "value"),
    [
        (lambda times: (-1.0 - times, 1.0 + times), 0.0),
        (lambda times: (-3.0 - times, -2.0 + 4 * times), 0.5),
        (lambda times: (1.0, 2.0), MOST),
    ],
)
def test_breakdown_by_hand(interval: object, value: float) -> None:
    assert breakdown(interval) == pytest.approx(value)  # type: ignore[arg-type]
