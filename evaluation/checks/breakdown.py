"""How much faster than before the laws may trends part after them, until the answer no longer excludes none?

Whether trends were parallel after a law cannot be seen. Rambachan and Roth (2023), Review of Economic Studies 90(5),
ask how fast they would have to part, and measure it by how fast they did before: 1 is as fast as at their worst.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.refits import BELIEVED, believe, log_ratios, naming_engines, variant_names
from evaluation.checks.words import change, percent_span
from evaluation.inference.diagnostics import Array
from evaluation.inference.event_study import EventStudy
from evaluation.inference.relative_magnitudes import relative_magnitudes
from evaluation.inference.smoothness import smoothness
from evaluation.terms.assumptions import NO_DIFFERENTIAL_TREND
from evaluation.terms.evidence import Verdict

FEWEST_DRAWS = 100
SHOWN = (0.0, 0.5, 1.0, 1.5, 2.0)  # times as fast: those for which the details hold an interval
TAIL = 0.025
SAYS_NOTHING = np.log(1000.0)  # width of an interval whose ends are a thousandfold apart
MOST = 1000.0  # a larger breakdown value is told as this: nobody would tell them apart

Interval = Callable[[float], tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Path:
    """Joint draws of how the treated differed from the others before the laws, and of the effect, on the log scale."""

    effect: Array  # (sample,): against the periods before the leads, as the leads are
    leads: Array  # (sample, lead): the oldest first
    weights: Array  # (period,): share of the treated counts in each period under a law, the first one first

    @property
    def slopes(self) -> Array:
        """How fast trends parted from each period before the laws to the next, (sample, slope)."""
        found: Array = np.diff(self.leads, axis=1)
        return found

    @property
    def since_last(self) -> Array:
        """The effect against the last period before the laws, (sample,)."""
        found: Array = self.effect - self.leads[:, -1]
        return found

    @property
    def time_to_part(self) -> float:
        """Periods since the last one before the laws, on average over the treated counts."""
        return float(self.weights @ np.arange(1, len(self.weights) + 1))

    def interval(self, times: float) -> tuple[float, float]:
        """What holds, with 95 % posterior probability, every effect that trends parting `times` as fast allow."""
        reach = times * self.time_to_part * np.abs(self.slopes).max(axis=1)
        lower, upper = np.quantile(self.since_last - reach, TAIL), np.quantile(self.since_last + reach, 1 - TAIL)
        return float(lower), float(upper)

    def had_trends_not_parted(self) -> "Path":
        """The same draws, moved so that the leads are zero on average and no surer."""
        return replace(self, leads=self.leads - self.leads.mean(axis=0))


def breakdown(interval: Interval) -> float:
    """The allowance at which an interval that widens with it comes to hold zero: 0 if it always does, at most MOST.

    >>> round(breakdown(lambda allowed: (1 - 0.5 * allowed, 3 + 0.5 * allowed)), 3)
    2.0
    """
    lower, upper = interval(0.0)
    if lower <= 0 <= upper:
        return 0.0
    sign, nearer = (1, 0) if lower > 0 else (-1, 1)
    if sign * interval(MOST)[nearer] > 0:
        return MOST
    return float(brentq(lambda allowed: sign * interval(allowed)[nearer], 0.0, MOST, xtol=1e-6))


@check(
    "breakdown",
    family="trend",
    probes=NO_DIFFERENTIAL_TREND,
    limits={"breakdown": 1.0, "breakdown_fail": 0.5} | BELIEVED,
)
def until_none(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Until the answer no longer excludes none: how many times as fast as before the laws trends may part after them.

    Let delta[e] be the log ratio by which treated units, without their law, would have differed in event time e from
    what the model expects of them given the earlier periods; the leads estimate it before the law. The restriction is

        |delta[e] - delta[e-1]| <= times max_{s <= -1} |delta[s] - delta[s-1]|    for every e >= 0,

    s over the leads but the oldest: what lies before that is an average of many periods, not the period before. With
    w[e] the share of event time e in the counts reported in treated cells, the log of the overall ratio is then within

        effect - delta[-1] +- times max_s |delta[s] - delta[s-1]| sum_e w[e] (e + 1),

    a band in every joint draw of effect and leads. (The ratio of sums is read as a mean of log ratios so weighted; the
    leads of several outcomes are averaged likewise.) The interval holds the whole band with 95 % posterior probability,
    whatever is believed of delta within it (Giacomini and Kitagawa 2021, Econometrica 89(4)).
    """
    main = log_ratios(evidence, "main", limits=limits)
    path = path_of(evidence, limits)
    found, could = (breakdown(each.interval) for each in (path, path.had_trends_not_parted()))
    seen = Seen(
        verdict=Verdict.UNKNOWN,
        says=f"{_until(found)}.",
        statistic=found,
        statistic_says="times as fast as before the laws that trends may part after them until the answer holds none",
        limit=limits["breakdown"],
        details=_details(path) | {"breakdown": found, "could_be": could},
    )
    lower, upper = np.quantile(main, [TAIL, 1 - TAIL])
    if lower <= 0 <= upper:
        judged = _nothing_to_break_down(seen, main, path)
    elif found >= limits["breakdown"]:
        judged = _lasts(seen, evidence, path, limits)
    else:
        judged = _breaks(seen, found, could, limits)
    return naming_engines(judged, evidence, ("main", "leads"))


def _nothing_to_break_down(seen: Seen, main: Array, path: Path) -> Seen:
    """UNKNOWN, as of an answer that only just excludes none: no trends before the laws could have made it last.

    Not PASS: an interval that holds none whatever trends do says nothing for parallel trends.
    """
    lower, middle, upper = percent_span(main)
    told, from_, to = (change(value, upper - lower) for value in (middle, lower, upper))
    return replace(
        seen,
        statistic=None,
        says=f"There is nothing to break down: the answer ({told}; 95 %: {from_} to {to}) does not exclude none even "
        f"if trends never parted. Had they parted after the laws as fast as before, the interval would {_span(path)}.",
        advice="Say that the answer rests on parallel trends.",
    )


def _span(path: Path) -> str:
    lower, upper = path.interval(1.0)
    if upper - lower > SAYS_NOTHING:
        return "hold almost any change"
    ends = [100 * float(np.expm1(end)) for end in (lower, upper)]
    return "be {} to {}".format(*(change(end, ends[1] - ends[0]) for end in ends))


def _lasts(seen: Seen, evidence: Evidence, path: Path, limits: Mapping[str, float]) -> Seen:
    by_prior = _by_prior(evidence, path)
    if by_prior is not None and by_prior < limits["breakdown"]:
        return replace(seen, verdict=Verdict.PASS)
    known = "is not known" if by_prior is None else "alone would make it so"
    return replace(
        seen,
        says=f"Trends hardly parted before the laws, but their prior {known}: that proves nothing.",
        advice="Widen the prior of the leads.",
    )


def _breaks(seen: Seen, found: float, could: float, limits: Mapping[str, float]) -> Seen:
    advice = "Look at the first periods under the laws in the event-time plot: trends had less time to part there."
    if could < limits["breakdown"]:
        return replace(
            seen,
            says=f"{seen.says} But these data cannot tell how fast that was: had trends not parted at all, the number "
            f"would be {could:.2g}.",
            advice=f"{advice} More adopters, or larger counts, before the laws would tell.",
        )
    fails = found < limits["breakdown_fail"]
    return replace(seen, verdict=Verdict.FAIL if fails else Verdict.CONCERN, advice=advice)


def _until(times: float) -> str:
    if times == 0:
        return (
            "Counted from the last period before the laws, the answer does not exclude none even if trends never part"
        )
    return (
        "The answer would no longer exclude none if trends parted after the laws more than "
        f"{times:.2g} times as fast as they ever did before"
    )


def _details(path: Path) -> dict[str, float]:
    """Intervals in percent; the bends of the smoothness restriction in log points per period."""
    study = EventStudy.of_draws(path.since_last, path.slopes, path.weights)  # posterior moments for estimates
    ends = {f"{times:g}": path.interval(times) for times in SHOWN} | {"no_bend": smoothness(study, 0.0)}
    with np.errstate(over="ignore"):  # an end too large to be written is left out by the book
        percent = {name: 100 * np.expm1(each) for name, each in ends.items()}
    return {
        **{f"lower_at_{name}": float(lower) for name, (lower, _) in percent.items()},
        **{f"upper_at_{name}": float(upper) for name, (_, upper) in percent.items()},
        "breakdown_rambachan_roth": breakdown(lambda times: relative_magnitudes(study, times)),
        "breakdown_bend": breakdown(lambda bend: smoothness(study, bend)),
        "periods_to_part": path.time_to_part,
    }


def path_of(evidence: Evidence, limits: Mapping[str, float]) -> Path:
    """The leads and the effect of the leads refit, draw by draw.

    Raises
    ------
    NoEvidenceError
        If the refit is not there or did not converge, has fewer than two leads or too few draws, or if no count is
        reported under a law.
    """
    if "leads" not in variant_names(evidence) or "lead_percent" not in evidence.variants:
        raise NoEvidenceError("No effect before the law was estimated.", "Add 'leads' to checks.variants.")
    refit = evidence.variants.sel(variant="leads")
    believe(refit, "leads", limits)
    if refit.sizes["lead"] < 2:
        raise NoEvidenceError(
            "How fast trends parted takes two periods before the law.", "Set model.leads to 2 or more."
        )
    shares, weights = _counts(evidence)
    oldest_first = sorted(refit["lead"].values, key=int)
    percent = refit["lead_percent"].sel(indicator=list(shares), lead=oldest_first)
    with np.errstate(divide="ignore", invalid="ignore"):
        leads = np.log1p(percent.transpose("sample", "lead", "indicator").values / 100) @ list(shares.values())
        effect = np.log1p(refit["percent"].sel(quantity="overall").values / 100)
    held = np.isfinite(effect) & np.isfinite(leads).all(axis=1)
    if held.sum() < FEWEST_DRAWS:
        raise NoEvidenceError("Too few draws of the change before the laws, or none.", "Raise sampler.variant_draws.")
    return Path(effect=effect[held], leads=leads[held], weights=weights)


def _counts(evidence: Evidence) -> tuple[dict[str, float], Array]:
    """Shares of the treated counts, by outcome and by period under a law."""
    from evaluation.inference.effect import event_time_of, treated_cells  # with PyMC, which a plan does without

    panel = evidence.panel
    cells = treated_cells(evidence.study, panel, panel["unit"])
    middle = (panel["lower"] + panel["upper"]) / 2
    counts = middle.where(cells).sel(indicator=list(evidence.study.question.indicators)).fillna(0.0)
    total = float(counts.sum())
    if total <= 0:
        raise NoEvidenceError("No count is reported under a law: how long trends had to part is not known.")
    since = event_time_of(panel, panel["unit"]).broadcast_like(counts).transpose(*counts.dims).values
    under = counts.values > 0
    weights = np.bincount(since[under].astype(int), weights=counts.values[under]) / total
    by_outcome = counts.sum(("unit", "time")) / total
    return {str(name): float(by_outcome.sel(indicator=name)) for name in by_outcome["indicator"].values}, weights


def _by_prior(evidence: Evidence, path: Path) -> float | None:
    """The breakdown value if the leads were drawn from their prior alone; None if its sd is not kept."""
    sd = float(evidence.variants.attrs.get("lead_prior_sd", np.nan))
    if not np.isfinite(sd) or sd <= 0:
        return None
    shares, _ = _counts(evidence)
    leads = np.random.default_rng(0).normal(0, sd, size=(*path.leads.shape, len(shares))) @ list(shares.values())
    return breakdown(replace(path, leads=leads).interval)
