"""What an answer rests on: one name and one sentence for each assumption.

Models list the names they assume, checks name the one they probe, the report prints the sentences side by side. An
assumption that no check probes is printed as "not checked".
"""

from collections.abc import Mapping
from types import MappingProxyType

COUNTS_COMPARABLE = "counts_comparable"
NO_DIFFERENTIAL_TREND = "no_differential_trend"
NO_HIDDEN_CAUSE = "no_hidden_cause"
NO_ANTICIPATION = "no_anticipation"
NO_SPILLOVER = "no_spillover"
SUPPRESSED_AT_RANDOM = "suppressed_at_random"
EFFORT_CONSTANT = "effort_constant"
DATE_KNOWN = "date_known"
ADOPTERS_TYPICAL = "adopters_typical"
NO_UNIT_DECIDES = "no_unit_decides"
MODEL_FITS = "model_fits"
PRIOR_REASONABLE = "prior_reasonable"
DATA_DECIDE = "data_decide"
CONVERGED = "converged"

ASSUMPTIONS: Mapping[str, str] = MappingProxyType(
    {
        COUNTS_COMPARABLE: "What is counted means the same before and after, apart from the registered breaks",
        NO_DIFFERENTIAL_TREND: (
            "Without the law, treated units would have moved with the common and regional shocks and their own drift"
        ),
        NO_HIDDEN_CAUSE: "Nothing that is not in the model changed the treated units' counts when their laws came",
        NO_ANTICIPATION: "Nothing changed before the law because of the law",
        NO_SPILLOVER: "One unit's law does not change another unit's counts",
        SUPPRESSED_AT_RANDOM: "Whether a cell is missing does not depend on its count, given the model",
        EFFORT_CONSTANT: (
            "Detection effort did not change because of the law (else the effect mixes market and effort)"
        ),
        DATE_KNOWN: "The dates on which the laws took effect are right",
        ADOPTERS_TYPICAL: "The units that adopted are many enough, and typical enough, to speak for others",
        NO_UNIT_DECIDES: "No single unit decides the answer",
        MODEL_FITS: "The model could have produced data like these",
        PRIOR_REASONABLE: "The priors allow what is conceivable and little else",
        DATA_DECIDE: "The data, not the prior, decide the answer",
        CONVERGED: "The sampler has found the whole posterior",
    }
)
