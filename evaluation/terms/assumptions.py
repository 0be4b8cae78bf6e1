"""What an answer rests on: one name and one sentence for each assumption.

Models list the names they assume, checks name the one they probe, the report prints the sentences side by side. An
assumption that no check probes is printed as "not checked".
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

COUNTS_COMPARABLE = "counts_comparable"
NO_DIFFERENTIAL_TREND = "no_differential_trend"
COURSE_CONTINUES = "course_continues"
LOADINGS_STAY = "loadings_stay"
DONORS_SPAN = "donors_span"
NO_HIDDEN_CAUSE = "no_hidden_cause"
EVENTS_APART = "events_apart"
NO_ANTICIPATION = "no_anticipation"
NO_SPILLOVER = "no_spillover"
SPILLOVER_ALONG_WEIGHTS = "spillover_along_weights"
SUPPRESSED_AT_RANDOM = "suppressed_at_random"
EFFORT_CONSTANT = "effort_constant"
LOADS_BY_ROLE = "loads_by_role"
EFFORT_TOLD_APART = "effort_told_apart"
DATE_KNOWN = "date_known"
ADOPTERS_TYPICAL = "adopters_typical"
NO_UNIT_DECIDES = "no_unit_decides"
MODEL_FITS = "model_fits"
PRIOR_REASONABLE = "prior_reasonable"
DATA_DECIDE = "data_decide"
CONVERGED = "converged"
CALIBRATED = "calibrated"
SCALES_FOUND = "scales_found"

ASSUMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        COUNTS_COMPARABLE: "What is counted means the same before and after, apart from the registered breaks",
        NO_DIFFERENTIAL_TREND: (
            "Without the law, treated units would have moved with the common and regional shocks and their own drift"
        ),
        COURSE_CONTINUES: (
            "Without the law, each series would have gone on as it did: its level, trend, season and usual drift"
        ),
        LOADINGS_STAY: (
            "Without the law, treated units would have gone on following the courses that units share, each as closely "
            "as before it"
        ),
        DONORS_SPAN: (
            "Without the law, each treated unit would have gone on moving like the same mixture of donors as before it"
        ),
        NO_HIDDEN_CAUSE: "Nothing that is not in the model changed the treated units' counts when their laws came",
        EVENTS_APART: "No two interventions came so close together that the data cannot tell them apart",
        NO_ANTICIPATION: "Nothing changed before the law because of the law",
        NO_SPILLOVER: "One unit's law does not change another unit's counts",
        SPILLOVER_ALONG_WEIGHTS: (
            "One unit's law changes another unit's counts only as far as they are neighbours by the given weights"
        ),
        SUPPRESSED_AT_RANDOM: "Whether a cell is missing does not depend on its count, given the model",
        EFFORT_CONSTANT: (
            "Detection effort did not change because of the law (else the effect mixes market and effort)"
        ),
        LOADS_BY_ROLE: "Each indicator is moved by the market, by the effort to detect, or by both, as its role says",
        EFFORT_TOLD_APART: "The data can tell what the law did to the market from what it did to the effort to detect",
        DATE_KNOWN: "The dates on which the laws took effect are right",
        ADOPTERS_TYPICAL: "The units that adopted are many enough, and typical enough, to speak for others",
        NO_UNIT_DECIDES: "No single unit decides the answer",
        MODEL_FITS: "The model could have produced data like these",
        PRIOR_REASONABLE: "The priors allow what is conceivable and little else",
        DATA_DECIDE: "The data, not the prior, decide the answer",
        CONVERGED: "The sampler has found the whole posterior",
        CALIBRATED: "On data like these the model finds effects that are there, as exactly as it says",
        SCALES_FOUND: "On data like these it finds how widely units wander and counts scatter, as exactly as it says",
    }
)

# What it would mean for the answer: read by people who decide, not by those who model.
IF_NOT: Mapping[str, str] = MappingProxyType(
    {
        COUNTS_COMPARABLE: "part of the change is a change in how things are counted",
        NO_DIFFERENTIAL_TREND: "what changed after the law may have been on its way without it",
        COURSE_CONTINUES: "what changed after the law may have been on its way without it: there is nothing to compare",
        LOADINGS_STAY: "what changed after the law may be a shared course that hit the treated units in another way",
        DONORS_SPAN: "no mixture of donors stands for the treated unit, and what parts them is put down to the law",
        NO_HIDDEN_CAUSE: "something else that came with the law made the change, or hid it",
        EVENTS_APART: "what one did is put down to the other: only what they did together is known",
        NO_ANTICIPATION: "the change began before the law, and the answer is too small or too large for it",
        NO_SPILLOVER: "the comparison itself was moved by the law: what is found is not all that happened",
        SPILLOVER_ALONG_WEIGHTS: (
            "part of what moved went where nobody looked, and the units compared with were moved by the law as well"
        ),
        SUPPRESSED_AT_RANDOM: "what is not published differs from what is, and the answer leans towards the latter",
        EFFORT_CONSTANT: "the figures show how hard authorities looked, not how much there was to find",
        LOADS_BY_ROLE: "what is put down to the market is effort, or the other way round",
        EFFORT_TOLD_APART: "more detection and more prevalence look the same, and nothing may be said of the market",
        DATE_KNOWN: "periods with the law were counted as periods without it, or the other way round",
        ADOPTERS_TYPICAL: "the answer holds for these adopters and says little of the next",
        NO_UNIT_DECIDES: "the answer is that of one place, not of the law",
        MODEL_FITS: "the interval may be too narrow, and the answer off, because the counts do not behave as assumed",
        PRIOR_REASONABLE: "the model reckons with what cannot be, or rules out what can",
        DATA_DECIDE: "the answer repeats what was assumed beforehand",
        CONVERGED: "the numbers are not those of the model: nothing may be read from them",
        CALIBRATED: "intervals of this model on such data are not what they say",
        SCALES_FOUND: "what is said of single scales is off; effects are held against the truth by themselves",
    }
)

IN_PLACE_OF: Mapping[str, str] = MappingProxyType(
    dict.fromkeys((COURSE_CONTINUES, LOADINGS_STAY, DONORS_SPAN), NO_DIFFERENTIAL_TREND)
)
"""What an assumption is in models that make another comparison, or none: the same checks probe it."""


def as_assumed(name: str, assumed: Collection[str]) -> str:
    """The assumption that a check of `name` probes in a model with these assumptions.

    >>> as_assumed("no_differential_trend", ("course_continues", "converged"))
    'course_continues'
    >>> as_assumed("no_differential_trend", ("no_differential_trend",))
    'no_differential_trend'
    """
    if name in assumed:
        return name
    return next((one for one, other in IN_PLACE_OF.items() if other == name and one in assumed), name)
