"""What the sentences are about: names of indicators, units and interventions as a reader would say them.

They come from the effect's own coordinates (`indicator_says`, `role`, `unit_name`) and attribute `units`; where those
are missing, the names themselves are read as words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xarray as xr

from evaluation.conclusions.words import ordinal
from evaluation.terms.study import Study
from evaluation.terms.world import Role

_SINGULAR = {"countries": "country", "states": "state", "cities": "city", "regions": "region", "platforms": "platform"}
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def units_word(study: Study) -> str:
    """What the units are: countries, states, cities; from the name of the table of units."""
    last = study.panel.units_of.split("_")[-1].lower()
    return last if last in _SINGULAR else "units"


def unit_word(study: Study) -> str:
    """What one unit is: country, state, city."""
    return _SINGULAR.get(units_word(study), "unit")


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """Words for everything a claim may be about."""

    study: Study
    says: Mapping[str, str]  # indicator: what is counted
    units_of: Mapping[str, str]  # indicator: "persons / year"
    roles: Mapping[str, str]
    unit_names: Mapping[str, str]

    @property
    def law(self) -> str:
        """The interventions asked about: "buyer law"."""
        names = [name.replace("_", " ") for name in self.study.question.interventions]
        return names[0] if len(names) == 1 else " or ".join(names)

    @property
    def everywhere(self) -> str:
        """All treated cells."""
        return f"where the {self.law} was in force"

    @property
    def parts(self) -> dict[str, str]:
        """What a law did, in its parts: by node of the effect, in the order in which they are told."""
        return {
            "own": f"by what the {self.law} did itself where it was in force",
            "spill_over": f"by what spilled over from the {self.law}",
            "net": f"with what spilled over from the {self.law} counted in",
        }

    def latent(self, name: str) -> str:
        """What nobody counts, and a model has a number for."""
        return {"market": "the market itself", "effort": "the effort to detect"}.get(name, f"the {name}")

    def at_unit(self, unit: str) -> str:
        """One treated unit."""
        return f"in {self.unit_names.get(unit, unit)}, under the {self.law}"

    def at_event(self, event_time: int) -> str:
        """One period since the start."""
        return f"in the {ordinal(event_time + 1)} {self.study.panel.every} of the {self.law}"

    def number_of(self, indicators: Sequence[str]) -> str:
        """What is counted: the number of one thing, or several outcomes together. The question names them."""
        if len(indicators) == 1:
            return f"the number of {self.says.get(indicators[0], indicators[0].replace('_', ' '))}"
        return f"the {_NUMBERS.get(len(indicators), len(indicators))} outcomes together"

    def things(self, indicator: str) -> str:
        """What one of those counted is called: 'persons' of 'persons / year'."""
        return self.units_of.get(indicator, "").split("/")[0].strip() or "cases"

    def only_market(self, indicators: Sequence[str]) -> bool:
        """Whether every one of them measures the market itself; one whose role is not known does not."""
        return all(self.roles.get(name) == Role.MARKET.value for name in indicators)


def subjects_of(study: Study, effect: xr.DataTree) -> Subjects:
    """Read the names from the effect."""
    return Subjects(
        study=study,
        says=_labels(effect, "indicator", "indicator_says"),
        roles=_labels(effect, "indicator", "role"),
        unit_names=_labels(effect, "unit", "unit_name"),
        units_of=json.loads(effect.attrs.get("units", "{}")),
    )


def _labels(effect: xr.DataTree, node: str, coordinate: str) -> dict[str, str]:
    if node not in effect.children or coordinate not in effect[node].coords:
        return {}
    held = effect[node].to_dataset()
    names, said = held[node].values, held[coordinate].values
    return {str(name): str(words) for name, words in zip(names, said, strict=True)}
