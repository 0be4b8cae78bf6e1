"""Do donors stand for the treated units: is there a mixture of them that moved alike before, and is it of several?"""

from collections.abc import Mapping

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.equivalence import region
from evaluation.checks.reach import treated_units
from evaluation.checks.words import percent_of
from evaluation.models.book import entry
from evaluation.models.parts.donors import Nearest, nearest_mixture
from evaluation.terms.assumptions import DONORS_SPAN
from evaluation.terms.evidence import Verdict


@check("hull", family="donors", probes=DONORS_SPAN, limits={"hull": 0.5, "hull_fail": 1.0})
def inside_the_hull(evidence: Evidence, limits: Mapping[str, float]) -> tuple[Seen, ...]:
    """How far the nearest mixture of donors lies from each treated unit before its intervention.

    Root mean square log ratio, beyond what counting makes, beside the smallest change that matters. Nothing where the
    model mixes no donors.
    """
    if not _mixes(evidence):
        return ()
    panel, units = evidence.panel, list(evidence.panel["unit"].values.astype(str))
    found = {unit: nearest_mixture(panel, units.index(unit)) for unit in treated_units(evidence)}
    none = [evidence.names.unit(unit) for unit, one in found.items() if one is None]
    if none or not found:
        told = f"No period before it is reported for {', '.join(none)} and a donor." if none else "No unit is treated."
        raise NoEvidenceError(told, "Begin the panel earlier (panel.span).")
    near = {unit: one for unit, one in found.items() if one is not None}
    return (_furthest(evidence, near, limits),)


def _furthest(evidence: Evidence, near: Mapping[str, Nearest], limits: Mapping[str, float]) -> Seen:
    matters = region(evidence.study.question.matters_from)
    worst = max(near, key=lambda unit: near[unit].distance)
    share = near[worst].distance / matters
    verdict = Verdict.PASS
    if share > limits["hull"]:
        verdict = Verdict.FAIL if share > limits["hull_fail"] else Verdict.CONCERN
    units = list(evidence.panel["unit"].values.astype(str))
    shape = nearest_mixture(evidence.panel, units.index(worst), level=True)
    return Seen(
        verdict=verdict,
        says=_in_words(evidence.names.unit(worst), near[worst].distance, len(near), verdict),
        statistic=share,
        statistic_says="distance to the nearest mixture of donors, in smallest changes that matter",
        limit=limits["hull"],
        advice="" if verdict is Verdict.PASS else "Add donors like it; or take a model that asks for less (factor).",
        details={f"distance:{unit}": one.distance for unit, one in near.items()}
        | ({"distance_without_level": shape.distance} if shape else {}),
    )


def _in_words(unit: str, distance: float, units: int, verdict: Verdict) -> str:
    apart = percent_of(float(np.expm1(distance)), places=1)
    if verdict is not Verdict.PASS:
        return f"{unit} lies outside its donors: the nearest mixture of them is {apart} off before the intervention."
    which = unit if units == 1 else f"each of {units} treated units, {unit} the furthest off"
    return f"A mixture of donors comes within {apart} of {which}, before the intervention."


@check("one_donor", family="donors", probes=DONORS_SPAN, limits={"one_donor": 0.8})
def of_several(evidence: Evidence, limits: Mapping[str, float]) -> tuple[Seen, ...]:
    """Largest weight of one donor, posterior mean: what happened to it alone would pass for the counterfactual."""
    if not _mixes(evidence):
        return ()
    posterior = evidence.group("posterior")
    if "weight" not in posterior or "donor" not in posterior["weight"].dims:
        raise NoEvidenceError("The fit does not hold the weights of donors.", "Fit again.")
    weights = posterior["weight"].mean(("chain", "draw")).transpose("treated", "donor")
    unit, donor = np.unravel_index(int(weights.values.argmax()), weights.shape)
    largest, names = float(weights.values[unit, donor]), evidence.names
    who = names.unit(str(weights["donor"].values[donor])), names.unit(str(weights["treated"].values[unit]))
    alone = largest > limits["one_donor"]
    return (
        Seen(
            verdict=Verdict.CONCERN if alone else Verdict.PASS,
            says=f"{who[0]} carries {percent_of(largest)} of the mixture that stands for {who[1]}"
            + (": what happened there passes for what would have happened here." if alone else ", no donor more."),
            statistic=largest,
            statistic_says="largest weight of one donor",
            limit=limits["one_donor"],
            advice="Ask what else happened there in these periods." if alone else "",
        ),
    )


def _mixes(evidence: Evidence) -> bool:
    return DONORS_SPAN in entry(evidence.study.model.name).assumes
