"""What simulated data sets on this calendar say: does the model find what was put in, and would it see what matters?

Calibration: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), arXiv:1804.06788; the band is that of Säilynoja,
Bürkner and Vehtari (2022), Statistics and Computing 32:32, as ArviZ has it. Sign and size errors: Gelman and Carlin
(2014), Perspectives on Psychological Science 9(6).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten

import numpy as np
import xarray as xr
from arviz_stats.ecdf_utils import ecdf_pit
from scipy.stats import binom

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.words import change, percent_of
from evaluation.inference.diagnostics import Array
from evaluation.inference.simulations import CLAIMED, FROM_PRIOR, MATTERS, NONE, OVERALL
from evaluation.terms.assumptions import ADOPTERS_TYPICAL, CALIBRATED, SCALES_FOUND
from evaluation.terms.evidence import Verdict

FEWEST = 20  # simulations: with fewer, no band is narrow enough to say anything
BAND_SIMULATIONS = 2000
ALL_TOGETHER = 0.95  # chance that the truths of all quantities stay inside their bands if all is well
POOR_RHAT = 1.1  # fits of one short chain: above this their ranks are not to be trusted
MOST_TOLD = 160  # letters of a failed fit's trouble
SKIPPED = {"rehearsal_left_out": 0.1}


@check("calibration", family="design", probes=CALIBRATED, limits=SKIPPED, stage="rehearse")
def calibration(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Where true effects lie among the draws, over data sets drawn from the study's own priors: evenly, if all is well.

    Every effect has its band; all bands together, those of scales among them, hold with probability 0.95.
    """
    ranked = _ranked(evidence, effects=True)
    skipped = ranked.left_out > limits["rehearsal_left_out"]
    wrong = Verdict.FAIL if ranked.wrong else Verdict.CONCERN if skipped else Verdict.PASS
    advice = "Do not trust intervals of this model on this design before it is known why." if ranked.wrong else ""
    return ranked.seen(wrong, advice or "Raise checks.rehearsal.tune and draws." * skipped)


@check("calibration_scales", family="design", probes=SCALES_FOUND, stage="rehearse")
def calibration_of_scales(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The same of every scale and persistence: what the effects are judged by, and not asked about itself."""
    ranked = _ranked(evidence, effects=False)
    advice = "Raise checks.rehearsal.tune and draws; what stays is a parameter whose interval is not to be quoted."
    return ranked.seen(Verdict.CONCERN if ranked.wrong else Verdict.PASS, advice * bool(ranked.wrong))


@dataclass(frozen=True)
class Ranked:
    """Where truths lie among the draws, of some quantities."""

    simulations: int
    outside: dict[str, float]  # how far each leaves its band
    called: dict[str, str]
    left_out: float

    @property
    def wrong(self) -> list[str]:
        """Those outside their bands."""
        return [name for name, beyond in self.outside.items() if beyond > 0]

    def seen(self, verdict: Verdict, advice: str) -> Seen:
        """In words."""
        told = "what was put in: the truth lies evenly among the draws"
        if self.wrong:
            told = f"most, but not evenly: {', '.join(self.called[name] for name in self.wrong[:3])}"
        many = f"Of {self.simulations} data sets that the model itself made on this calendar, it finds again "
        return Seen(
            verdict=verdict,
            says=f"{many}{told}{_also(self.left_out)}.",
            statistic=len(self.wrong),
            statistic_says=f"of {len(self.outside)}, how many leave the 95 % band of all together",
            limit=0,
            advice=advice,
            details={f"beyond_{name}": beyond for name, beyond in self.outside.items()} | {"left_out": self.left_out},
        )


def _ranked(evidence: Evidence, *, effects: bool) -> Ranked:
    kept, left_out = _usable(evidence, FROM_PRIOR)
    pit = {str(name): kept["pit"].sel(quantity=name).values for name in kept["quantity"].values}
    pit = {name: values for name, values in pit.items() if np.isfinite(values).all()}
    if OVERALL not in pit:
        raise NoEvidenceError("The simulations hold no overall effect.", "Rehearse again with the present version.")
    asked = {OVERALL, *evidence.panel["indicator"].values.astype(str)}
    level = 1 - (1 - ALL_TOGETHER) / len(pit)
    outside = {name: _outside(values, level) for name, values in pit.items() if (name in asked) is effects}
    if not outside:
        raise NoEvidenceError("The simulations hold no scale.", "Rehearse again with the present version.")
    called = {name: _called(evidence, name) for name in outside}
    return Ranked(kept.sizes["simulation"], outside, called, left_out)


@check(
    "coverage",
    family="design",
    probes=CALIBRATED,
    limits={"coverage_chance": 0.01, "coverage_fail": 0.0001} | SKIPPED,
    stage="rehearse",
)
def coverage(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """How often 95 % intervals of the overall effect held the truth; too seldom to be chance, or not."""
    worlds = {name: _usable(evidence, name) for name in _scenarios(evidence)}
    held = {name: _holds(kept.sel(quantity=OVERALL)) for name, (kept, _) in worlds.items()}
    total, hits = sum(map(len, held.values())), int(sum(map(np.sum, held.values())))
    inside = float(_simulations(evidence).attrs["interval"])
    chance = float(binom.cdf(hits, total, inside))
    verdict = (
        Verdict.FAIL
        if chance < limits["coverage_fail"]
        else Verdict.CONCERN
        if chance < limits["coverage_chance"]
        else Verdict.PASS
    )
    told = (
        f" Where the law did nothing, {percent_of(1 - held[NONE].mean())} of them left out zero."
        if NONE in held
        else ""
    )
    return Seen(
        verdict=verdict,
        says=f"{percent_of(inside)} intervals held the truth in {hits} of {total} simulated data sets.{told}",
        statistic=hits / total,
        statistic_says="share of intervals of the overall effect that hold the truth",
        limit=inside,
        advice="" if verdict is Verdict.PASS else "Intervals are too narrow on this design: widen the model first.",
        details={f"coverage_{name}": float(one.mean()) for name, one in held.items()},
    )


@check("assurance", family="design", probes=ADOPTERS_TYPICAL, limits={"assurance": 0.8} | SKIPPED, stage="rehearse")
def assurance(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """If the law did what matters, how often would this design have said so, and how far off would it have been?"""
    there = [name for name in (NONE, MATTERS, CLAIMED) if name in _scenarios(evidence)]
    if MATTERS not in there:
        raise NoEvidenceError("No law of the size that matters was simulated.", "Set checks.rehearsal.at_each.")
    seen = {name: convincing(_usable(evidence, name)[0]) for name in there}
    one, enough = seen[MATTERS], seen[MATTERS]["assurance"] >= limits["assurance"]
    share = {name: percent_of(each["assurance"]) for name, each in seen.items()}
    size = {name: change(each["change"], 50.0) for name, each in seen.items()}
    said = f"Had the law made {size[MATTERS]}, this design would have shown a change in {share[MATTERS]} of cases"
    if CLAIMED in seen:
        said += f"; had it made the claimed {size[CLAIMED]}, in {share[CLAIMED]}"
    if NONE in seen:
        said += f"; had it made no change at all, in {share[NONE]}"
    advice = f"No finding here is no proof that nothing happened.{_other_designs(evidence.simulations)}"
    return Seen(
        verdict=Verdict.PASS if enough else Verdict.CONCERN,
        says=f"{said}.",
        statistic=one["assurance"],
        statistic_says="probability of a 95 % interval without zero, if the change that matters is true",
        limit=limits["assurance"],
        advice="" if enough else advice,
        details={f"{key}_{name}": value for name, each in seen.items() for key, value in each.items()},
    )


def _other_designs(simulations: xr.Dataset) -> str:
    """What more periods or adopters would bring, in words."""
    if "expected_assurance" not in simulations:
        return ""
    chances = zip(simulations["design"].values.astype(str), simulations["expected_assurance"].values, strict=True)
    told = "; ".join(f"{label}: {percent_of(chance)}" for label, chance in chances)
    return f" Expected by design: {told}."


def convincing(kept: xr.Dataset) -> dict[str, float]:
    """What simulations of one change say of the overall effect.

    `assurance`: share of intervals without zero, whichever side they lie on, so that of a law without effect it is the
    false-positive rate; `width` (percentage points, the median); `wrong_sign` and `exaggeration` (median size over the
    true one) among those without zero, NaN where there is none.
    """
    one = kept.sel(quantity=OVERALL)
    lower, upper, median, truth = (one[name].values for name in ("lower", "upper", "median", "truth"))
    apart = (lower > 0) | (upper < 0)
    true = float(np.median(truth))
    found = {
        "change": float(kept["change"].values[0]),
        "simulations": float(len(truth)),
        "assurance": float(apart.mean()),
        "width": float(np.median(upper - lower)),
        "wrong_sign": np.nan,
        "exaggeration": np.nan,
    }
    if apart.any() and true != 0:
        found["wrong_sign"] = float((np.sign(median[apart]) != np.sign(true)).mean())
        found["exaggeration"] = float(np.median(np.abs(median[apart])) / abs(true))
    return found


def _simulations(evidence: Evidence) -> xr.Dataset:
    if "scenario" not in evidence.simulations:
        raise NoEvidenceError("No data set was simulated.", "Set checks.rehearsal.from_prior and at_each.")
    return evidence.simulations


def _scenarios(evidence: Evidence) -> list[str]:
    return list(dict.fromkeys(_simulations(evidence)["scenario"].values.astype(str).tolist()))


def _usable(evidence: Evidence, scenario: str) -> tuple[xr.Dataset, float]:
    """Simulations of one scenario whose fit gave numbers that settled, and the share of those that did not."""
    every = _simulations(evidence)
    chosen = every.isel(simulation=np.flatnonzero(every["scenario"].values.astype(str) == scenario))
    if not chosen.sizes["simulation"]:
        raise NoEvidenceError(f"Nothing was simulated of '{scenario}'.", "Set checks.rehearsal.")
    sampled = chosen["state"].values.astype(str) == "sampled"
    good = sampled & (chosen["rhat_max"].values <= POOR_RHAT)
    if good.sum() < FEWEST:
        told = f"Only {good.sum()} of {len(good)} simulations of '{scenario}' could be used"
        advice = f"Simulate at least {FEWEST}; raise checks.rehearsal.tune and draws."
        if sampled.all():
            raise NoEvidenceError(f"{told}.", advice)
        failed = f"{(~sampled).sum()} failed, most often with: {_commonest(chosen['trouble'].values[~sampled])}"
        raise NoEvidenceError(f"{told}: {failed}.", f"Mend what made fits fail, then rehearse again. {advice}")
    return chosen.isel(simulation=np.flatnonzero(good)), float(1 - good.mean())


def _commonest(troubles: np.ndarray) -> str:
    """The trouble that most failed fits had, as short as a sentence can carry: its first line, cut.

    >>> _commonest(np.array(["ValueError: no start.", "MemoryError: no room", "ValueError: no start."]))
    'ValueError: no start'
    """
    first = Counter(shorten(str(one).partition("\n")[0], MOST_TOLD, placeholder=" ...") for one in troubles)
    return first.most_common(1)[0][0].rstrip(".")


def _outside(pit: Array, level: float) -> float:
    """How far the distribution of `pit` leaves its band, 0 where it stays inside."""
    _, found, lower, upper = ecdf_pit(pit, level, BAND_SIMULATIONS, rng=np.random.default_rng(len(pit)))
    return float(np.maximum(np.maximum(lower - found, found - upper), 0.0).max())


def _holds(one: xr.Dataset) -> Array:
    found: Array = ((one["lower"] <= one["truth"]) & (one["truth"] <= one["upper"])).values
    return found


def _called(evidence: Evidence, name: str) -> str:
    parameter, _, indicator = name.partition(": ")
    if name == OVERALL:
        return "the overall effect"
    if not indicator:
        return evidence.names.indicator(name)
    return f"{parameter.replace('_', ' ')} of {evidence.names.indicator(indicator)}"


def _also(left_out: float) -> str:
    return f" ({percent_of(left_out)} of the fits did not settle and are left out)" if left_out else ""
