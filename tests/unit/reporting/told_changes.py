"""Changes in percent and in counts, computed again from the draws: tables, pictures and files of seven sections."""

import numpy as np

from evaluation.reporting.evidence import Evidence
from tests.unit.reporting.number_words import HELD, Line, finite, fits, level
from tests.unit.reporting.told import Drawn, Told

Lines = dict[str, list[Line]]  # by the title of the picture they stand in
TOGETHER = "All outcomes together"


class Changes:
    """Draws of a study by what they are about, each as a line to print."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.interval = evidence.study.report.interval
        self.rises = evidence.study.question.matters_from > 0
        self.held = evidence.withheld
        self.truth_word = "truth" if evidence.simulated else "published answer"
        self.several = len(evidence.outcomes) > 1

    def line(self, label: str, node: str, key: tuple[object, ...] = (), **at: object) -> Line | None:
        """One line of a node of the effect; None where it was not estimated."""
        found = self.evidence.node(node)
        if found is None or any(name not in found.dims or one not in found[name].values for name, one in at.items()):
            return None
        draws = finite(found["percent"].sel(at).values)
        counts = finite(found["difference"].sel(at).values) if "difference" in found else None
        return Line(label, draws, self.interval, counts, key=key) if draws.size else None

    def label(self, name: str, mark: str = " (control)") -> str:
        return self.evidence.short(name) + (mark if name in self.evidence.controls else "")

    def titled(self, words: str) -> str:
        return f"{words} ({HELD})" if self.held else words

    def truth(self, name: str = "overall", unit: str | None = None, since: int | None = None) -> float | None:
        """The known change: as the plan states it, or the true ratio of each cell on what is expected without it."""
        study, evidence = self.evidence.study, self.evidence
        if unit is None and since is None:
            if name in study.truth:
                return float(study.truth[name])
            if evidence.outcomes == (name,) and "overall" in study.truth:
                return float(study.truth["overall"])
        on, off = self._expected(list(evidence.outcomes) if name == "overall" else [name], unit, since)
        return 100 * (on / off - 1) if off > 0 else None

    def _expected(self, names: list[str], unit: str | None, since: int | None) -> tuple[float, float]:
        """Counts with the true change and without it, summed cell by cell."""
        panel, node, sums = self.evidence.panel, self.evidence.node("counterfactual"), [0.0, 0.0]
        if "truth" not in panel or node is None:
            return 0.0, 0.0
        middle = node["off"].sel(quantile=0.5)
        asked = [name for name in self.evidence.study.question.interventions if name in panel["intervention"].values]
        date = "exposure_enforced" if self.evidence.study.panel.date == "enforced" else "exposure"
        for one in node["unit"].values if unit is None else [unit]:
            exposed = panel[date].sel(intervention=asked, unit=one).values.max(axis=0) > 0
            times = panel["event_time"].sel(intervention=asked, unit=one).values
            for name in names:
                status = panel["status"].sel(indicator=name, unit=one).values
                kept = exposed & ((status == 1) | (status == 2) | (self.evidence.study.question.over != "reported"))
                kept = kept if since is None else kept & (np.nanmax(np.where(exposed, times, -1.0), axis=0) == since)
                off = middle.sel(indicator=name, unit=one).reindex(time=panel["time"]).values
                true = panel["truth"].sel(indicator=name, unit=one).values
                sums[0] += float(np.nansum((off * np.exp(true))[kept]))
                sums[1] += float(np.nansum(off[kept]))
        return sums[0], sums[1]


def knowing(line: Line | None, truth: float | None) -> Line | None:
    if line is None:
        return None
    return Line(line.label, line.draws, line.interval, line.counts, truth, line.key, line.apart, line.kind)


def forest(
    told: Told,
    section: str,
    title: str,
    lines: list[Line],
    changes: Changes,
    held: bool | None = None,
    caution: str = "",
) -> None:
    """A picture of estimates one under another."""
    hidden = changes.held if held is None else held
    says = " ".join([f"{title}.", *(one.said(changes.truth_word, hidden) for one in lines), caution]).strip()
    numbers = [HELD if hidden else one.told for one in lines]
    labels = [word for one, told_as in zip(lines, numbers, strict=True) for word in (fits(one.label, 34), told_as)]
    tips = tuple(f"{one.label}: {told_as}" for one, told_as in zip(lines, numbers, strict=True))
    told.pictures[section, title] = Drawn(says, tuple(labels), tips)


def numbers(line: Line, changes: Changes, *, counts: bool = True) -> list[str]:
    return [line.middle, line.span, *(line.in_counts if counts else ()), line.toward(changes.rises)]


def first(label: str, changes: Changes, held: bool | None = None) -> str:
    """The first cell of a row of estimates: marked where they are withheld."""
    return f"{label} {HELD_BADGE}" if (changes.held if held is None else held) else label


HELD_BADGE = f"○○○ {HELD}"


def csv_row(line: Line, *, fall: bool = True, truth: bool = True) -> tuple[object, ...]:
    low, middle, high = line.ends
    return (*line.key, middle, low, high, *([line.fall] if fall else []), *([line.truth] if truth else []))


def tell_effects(told: Told, changes: Changes) -> None:
    """What changed: overall, by indicator, in the next unit."""
    evidence = changes.evidence
    names = ["overall"] * changes.several + list(evidence.indicators)
    lines, rows, following = [], [], []
    for name in names:
        label = TOGETHER if name == "overall" else changes.label(name)
        apart = str(name in evidence.controls).lower()
        at = {} if name == "overall" else {"indicator": name}
        one = changes.line(label, "indicator" if at else "overall", (label, apart), **at)
        if one := knowing(one, changes.truth(name)):
            lines.append(one)
            rows.append((_long(evidence, name), one))
        if at and (expected := changes.line(label, "next_unit", **at)):
            following.append([first(label, changes), *numbers(expected, changes, counts=False)])
    truths = any(changes.truth(name) is not None for name in ("overall", *evidence.indicators))
    told.tables["effects", "Change under the "] = [
        [first(label, changes), *numbers(one, changes), *([one.known] if truths else [])] for label, one in rows
    ]
    told.tables["effects", "Change to expect in the next"] = following
    forest(told, "effects", changes.titled("Change by indicator"), lines, changes)
    told.files["effects"] = [csv_row(one) for one in lines]


def _long(evidence: Evidence, name: str) -> str:
    if name == "overall":
        return TOGETHER
    says, counted = evidence.indicator_says(name), evidence.counted(name)
    unit = "" if counted == "persons" or counted in says.lower() else f" ({counted})"
    return f"{says[:1].upper()}{says[1:]}{unit}"


def tell_units(told: Told, changes: Changes) -> None:
    """Each treated unit, overall and by indicator."""
    evidence, rows = changes.evidence, []
    starts = starts_of(evidence)
    for name in ["overall"] * changes.several + list(evidence.indicators):
        at = {} if name == "overall" else {"indicator": name}
        node, whole = ("indicator_unit", "indicator") if at else ("unit", "overall")
        lines = []
        for unit in starts:
            one = changes.line(evidence.unit_name(unit), node, (name, evidence.unit_name(unit), "one"), **at, unit=unit)
            lines += [one] if (one := knowing(one, changes.truth(name, unit))) else []
        if not lines:
            continue
        every, following = f"All treated {evidence.units_word}", f"The next {evidence.unit_word}"
        together = knowing(changes.line(every, whole, (name, every, "whole"), **at), changes.truth(name))
        lines += [together] if together else []
        expected = changes.line(following, "next_unit", (name, following, "next"), **at) if at else None
        lines += [expected] if expected else []
        title = TOGETHER if not at else changes.label(name, " (negative control)")
        forest(told, "units", changes.titled(title), lines, changes)
        rows += [csv_row(one) for one in lines]
    told.files["units"] = rows
    found = [(unit, changes.line(evidence.unit_name(unit), "unit", unit=unit)) for unit in starts]
    told.say(
        "units",
        f"line: {level(changes.interval)} interval; thick: 50 % interval",
        f"{level(changes.interval)} interval",
    )
    told.say("units", f"({sum(one is not None for _, one in found)} rows)")
    told.tables["units", "Change in each treated"] = [
        [first(one.label, changes), starts[unit], *numbers(one, changes)] for unit, one in found if one
    ]


def starts_of(evidence: Evidence) -> dict[str, str]:
    """The first period under the law of each treated unit, the earliest first."""
    panel, found = evidence.panel, {}
    asked = [name for name in evidence.study.question.interventions if name in panel["intervention"].values]
    date = "exposure_enforced" if evidence.study.panel.date == "enforced" else "exposure"
    for unit in map(str, panel["unit"].values):
        exposed = panel[date].sel(intervention=asked, unit=unit).values.max(axis=0) > 0
        if exposed.any():
            found[unit] = str(panel["time"].values[exposed][0])
    return dict(sorted(found.items(), key=lambda one: (one[1], evidence.unit_name(one[0]))))
