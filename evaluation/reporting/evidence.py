"""Everything a report is written from, and the names by which its parts are called on the page."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from evaluation.conclusions.subjects import unit_word, units_word
from evaluation.reporting.numbers import probability
from evaluation.reporting.page import WITHHELD
from evaluation.reporting.summaries import Summary
from evaluation.terms import Claim, Finding, Indicator, Strength, Study
from evaluation.terms.panel import CELL, Status


@dataclass(frozen=True)
class Evidence:
    """The study, its data, its draws and its doubts. Reads only; computes no effect."""

    study: Study
    registers: Mapping[str, Any]
    panel: xr.Dataset
    effect: xr.DataTree
    variants: xr.Dataset | None
    findings: tuple[Finding, ...]
    claims: tuple[Claim, ...]
    records: tuple[Mapping[str, Any], ...]

    @cached_property
    def simulated(self) -> bool:
        """Whether any of it is made up: then every caption says so."""
        attribute = str(self.panel.attrs.get("simulated", "false")).lower()
        sources = self.registers.get("sources", {})
        return (
            self.study.simulated
            or attribute in {"true", "1"}
            or any(getattr(sources.get(name), "simulated", False) for name in self.source_names)
        )

    @cached_property
    def source_names(self) -> tuple[str, ...]:
        """Sources of the panel, then those the claims name."""
        named = [*self.attribute("sources", []), *(name for claim in self.claims for name in claim.sources)]
        return tuple(dict.fromkeys(str(name) for name in named))

    def attribute(self, name: str, default: Any) -> Any:
        """An attribute of the panel that is kept as JSON."""
        value = self.panel.attrs.get(name)
        if value is None:
            return default
        return json.loads(value) if isinstance(value, str) else value

    def node(self, name: str) -> xr.Dataset | None:
        """A node of the effect, or None where it was not estimated."""
        if name not in self.effect.children:
            return None
        found = self.effect[name].to_dataset()
        return found if found.data_vars else None

    def claim(self, name: str) -> Claim | None:
        """The claim of that name, if one is made."""
        return next((claim for claim in self.claims if claim.name == name), None)

    @property
    def withheld(self) -> bool:
        """Whether the estimates are withheld: one sampler drew them all, so all are where one is.

        Assertions, and what is behind the counts, have reasons of their own to be withheld.
        """
        made = (claim for claim in self.claims if not claim.name.startswith(("assertion:", "latent:")))
        return any(claim.strength is Strength.WITHHELD for claim in made)

    def titled(self, words: str) -> str:
        """The title of a picture of estimates: marked, in the picture and in its words, where they are withheld."""
        return f"{words} ({WITHHELD})" if self.withheld else words

    @property
    def direction(self) -> str:
        """The change that the question is about: a fall or a rise."""
        return "fall" if self.study.question.matters_from < 0 else "rise"

    def chance(self, one: Summary) -> str:
        """Probability of a change in the direction the question is about."""
        return probability(one.fall if self.direction == "fall" else 1 - one.fall)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Indicators of the panel: outcomes first, then negative controls."""
        return (*self.outcomes, *self.controls)

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """Indicators that are asked about."""
        return tuple(str(name) for name in self.panel.indicator.values if self._is_outcome(str(name)))

    @cached_property
    def controls(self) -> tuple[str, ...]:
        """Negative controls: indicators that the intervention cannot move."""
        return tuple(str(name) for name in self.panel.indicator.values if not self._is_outcome(str(name)))

    def _is_outcome(self, name: str) -> bool:
        if "outcome" in self.panel.coords:
            return bool(self.panel.outcome.sel(indicator=name))
        return name in self.study.question.indicators

    def indicator(self, name: str) -> Indicator | None:
        """The register's entry of an indicator."""
        return self.registers.get("indicators", {}).get(name)

    def indicator_says(self, name: str) -> str:
        """What is counted, in one line."""
        if "indicator_says" in self.panel.coords and name in self.panel.indicator.values:
            return str(self.panel.indicator_says.sel(indicator=name).item())
        entry = self.indicator(name)
        return entry.says if entry else self.short(name)

    def short(self, name: str) -> str:
        """An indicator's short name, for tables and pictures."""
        entry = self.indicator(name)
        return (entry.label if entry else "") or Indicator.default_label(name)

    def counted(self, name: str) -> str:
        """What one of the things counted is called: 'persons' of 'persons / year'."""
        entry = self.indicator(name)
        unit = self.attribute("units", {}).get(name) or (entry.unit if entry else "") or "counts"
        return str(unit).split("/")[0].strip()

    def counted_in(self, names: Iterable[str]) -> str:
        """What differences in these indicators are counted in: their one word, or 'count' where they have several."""
        words = {self.counted(name) for name in names}
        return words.pop() if len(words) == 1 else "count"

    def unit_name(self, code: str) -> str:
        """A unit's name for a reader; its code where the panel does not hold it."""
        return self._unit_names.get(code, code)

    @cached_property
    def _unit_names(self) -> Mapping[str, str]:
        codes = [str(code) for code in self.panel.unit.values]
        names = self.panel.unit_name.values if "unit_name" in self.panel.coords else codes
        outside = self.attribute("unit_names", {})  # names of units that were left out, where the panel keeps them
        return {**outside, **{code: str(name) for code, name in zip(codes, names, strict=True)}}

    @cached_property
    def units_word(self) -> str:
        """What the units are: countries, states, cities."""
        return units_word(self.study)

    @cached_property
    def unit_word(self) -> str:
        """What one unit is."""
        return unit_word(self.study)

    @cached_property
    def law_word(self) -> str:
        """What the intervention is called in a sentence."""
        entries = self.registers.get("interventions", {})
        says = " ".join(entries[name].says for name in self.study.question.interventions if name in entries)
        return next((word for word in ("law", "programme", "policy") if word in says.lower()), "intervention")

    @cached_property
    def exposure(self) -> xr.DataArray:
        """Largest exposure to any intervention asked about (unit, time), under the study's date."""
        enforced = self.study.panel.date == "enforced" and "exposure_enforced" in self.panel
        name = "exposure_enforced" if enforced else "exposure"
        return self.panel[name].sel(intervention=self._asked).max("intervention")

    @cached_property
    def law_starts(self) -> Mapping[str, int]:
        """Treated units and the position of their first exposed period, earliest first."""
        exposed = self.exposure.transpose("unit", "time").values > 0
        units = [str(unit) for unit in self.panel.unit.values]
        first = {unit: int(np.argmax(seen)) for unit, seen in zip(units, exposed, strict=True) if seen.any()}
        return dict(sorted(first.items(), key=lambda item: (item[1], self.unit_name(item[0]))))

    @cached_property
    def treated(self) -> tuple[str, ...]:
        """Units under the intervention at some time, earliest first."""
        return tuple(self.law_starts)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """The periods."""
        return tuple(str(time) for time in self.panel.time.values)

    @cached_property
    def period_word(self) -> str:
        """What one period is: year, month, week or day."""
        return self.study.panel.every

    def status_count(self, status: Status, indicators: Iterable[str] | None = None) -> int:
        """How many cells have this status."""
        chosen = list(self.indicators if indicators is None else indicators)
        return int((self.panel.status.sel(indicator=chosen) == int(status)).sum())

    @cached_property
    def true_cells(self) -> xr.Dataset | None:
        """Where a simulated panel carries its truth: counts expected with and without the law in each treated cell.

        `off` is the model's median, for the panel does not keep the simulation's own; `on` is `off` times the true
        ratio; `since` is the number of periods since the law. Cells outside the question are NaN.
        """
        node = self.node("counterfactual")
        if "truth" not in self.panel or node is None:
            return None
        off = node["off"].sel(quantile=0.5, method="nearest").drop_vars("quantile").transpose(*CELL)
        panel = self.panel.sel(indicator=off.indicator, unit=off.unit, time=off.time)
        kept = self.exposure.sel(unit=off.unit, time=off.time) > 0
        if self.study.question.over == "reported":
            kept = kept & panel.status.isin([int(Status.EXACT), int(Status.SUPPRESSED)])
        since = panel.event_time.sel(intervention=self._asked).max("intervention").transpose("unit", "time")
        off = off.where(kept).transpose(*CELL)
        return xr.Dataset({"off": off, "on": off * np.exp(panel.truth), "since": since.where(self.exposure > 0)})

    @cached_property
    def _asked(self) -> list[str]:
        return [name for name in self.study.question.interventions if name in self.panel.intervention.values]

    @cached_property
    def breaks(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """Positions of the periods from which a definition differs, by (indicator, unit)."""
        if "breaks" not in self.panel or not self.panel.sizes.get("break", 0):
            return {}
        steps = self.panel["breaks"].transpose("break", *CELL).values > 0
        found: dict[tuple[str, str], set[int]] = {}
        for place, indicator, unit in zip(*np.nonzero(steps.any(axis=-1)), strict=True):
            key = (str(self.panel.indicator.values[indicator]), str(self.panel.unit.values[unit]))
            found.setdefault(key, set()).add(int(steps[place, indicator, unit].argmax()))
        return {key: tuple(sorted(starts)) for key, starts in found.items()}

    @cached_property
    def smallest_cell(self) -> int:
        """Counts from 1 to this minus 1 are not printed; 0 where the counts are public already."""
        return 0 if self.study.disclosure.published else self.study.disclosure.smallest_cell
