"""What moved elsewhere, the market behind the counts, donors: sections that only some models fill."""

import re

import numpy as np

from evaluation.reporting.evidence import Evidence
from evaluation.terms import Finding, Verdict
from tests.unit.reporting.number_words import NONE, chance, finite, level, share
from tests.unit.reporting.told import Row, Told
from tests.unit.reporting.told_changes import Changes, csv_row, first, forest, knowing, numbers

PARTS = {"own": "Where the {law} was, by itself", "spill_over": "Spilled over", "net": "Net of both"}


def tell_displacement(told: Told, changes: Changes) -> None:
    """What the law did by itself, what spilled over, and both."""
    evidence = changes.evidence
    if evidence.node("net") is None:
        return
    lines, rows = [], []
    known = any(changes.truth(name) is not None for name in PARTS)
    for name, words in PARTS.items():
        label = words.format(law=evidence.law_word)
        one = knowing(changes.line(label, name, (name,)), changes.truth(name))
        assert one is not None  # a model that has the net has its parts
        lines.append(one)
        rows.append([first(label, changes), *numbers(one, changes), *([one.known] if known else [])])
        each = evidence.node(f"{name}_indicator")
        for part in [] if each is None or not changes.several else map(str, each["indicator"].values):
            inner = f"{label}: {evidence.short(part)}"
            found = changes.line(inner, f"{name}_indicator", indicator=part)
            rows += [[first(inner, changes), *numbers(found, changes), *([NONE] if known else [])]] if found else []
    told.tables["displacement", "What the law did by itself"] = rows
    told.tables["displacement", "What spilled over to each"] = beside = _beside(changes)
    told.say("displacement", f"{len(beside)} {evidence.units_word}", f"{level(changes.interval)} interval")
    told.say("displacement", f"{level(changes.interval)} interval; thick: 50 % interval")
    forest(told, "displacement", changes.titled("What vanished, and what moved"), lines, changes)
    told.files["displacement"] = [csv_row(one) for one in lines]
    own, moved = (finite(evidence.effect[name].to_dataset()["difference"].values) for name in ("own", "spill_over"))
    back, more = float(np.median(-moved / own)), float(np.mean(own + moved < 0))
    turned = f"about {abs(round(100 * back))} {'turned up' if back >= 0 else 'more went'} elsewhere"
    told.say("displacement", "Of every 100 ", turned, f"The probability that fewer were left in all is {chance(more)}")


def _beside(changes: Changes) -> list[Row]:
    """Spill-over to each unit, beside the largest share of its neighbours that were under the law."""
    evidence = changes.evidence
    found, rows = evidence.node("spill_over_unit"), []
    if found is None or "weights" not in evidence.panel:
        return []
    panel = evidence.panel
    asked = [name for name in evidence.study.question.interventions if name in panel["intervention"].values]
    date = "exposure_enforced" if evidence.study.panel.date == "enforced" else "exposure"
    under = panel[date].sel(intervention=asked).max("intervention").transpose("unit", "time").values
    for unit in map(str, found["unit"].values):
        weights = panel["weights"].sel(unit=unit).values.astype(float)
        weights = weights[[str(one) != unit for one in panel["neighbour"].values]]
        others = under[[str(one) != unit for one in panel["unit"].values]]
        most = float((weights @ others).max() / weights.sum()) if weights.sum() else 0.0
        one = changes.line(evidence.unit_name(unit), "spill_over_unit", unit=unit)
        rows += [[first(one.label, changes), share(most), one.middle, one.span, *one.in_counts]] if one else []
    return rows


LATENT = {"market": "The market", "effort": "The effort to detect"}
ADDED = {
    "as it is": "All figures, as they are",
    "with:adopters": "With a market indicator in every adopter and as many others",
    "with:all": "With a market indicator everywhere",
}


def tell_detection(told: Told, changes: Changes) -> None:
    """The market and the effort to detect; withheld where the figures cannot tell them apart."""
    evidence = changes.evidence
    if evidence.node("latent") is None:
        return
    seen = next((one for one in evidence.findings if one.assumption == "effort_told_apart"), None)
    held = evidence.withheld or seen is None or seen.verdict is not Verdict.PASS
    lines, rows = [], []
    for name, label in LATENT.items():
        one = changes.line(label, "latent", (name,), latent=name)
        assert one is not None
        lines.append(one)
        gone = NONE if seen is None else share(seen.details.get(f"contraction:{name}"))
        ends = ["withheld" if held else one.middle, one.span, "withheld" if held else chance(one.fall)]
        rows.append([first(label, changes, held), *ends, gone])
    told.tables["detection", "What the law did to each"] = rows
    title = f"What the {evidence.law_word} did to the market, and to the effort"
    title += " (withheld: not a finding)" * held
    caution = "These figures cannot tell the two apart: neither may be read by itself." if held else ""
    forest(told, "detection", title, lines, changes, held, caution)
    told.files["detection"] = [(*csv_row(one, truth=False), str(not held).lower()) for one in lines]
    told.say(
        "detection",
        f"{level(changes.interval)} interval",
        f"line: {level(changes.interval)} interval; thick: 50 % interval",
        *([] if seen is None else [seen.says, seen.advice]),
    )
    told.tables["detection", "Which figures tell"] = [] if seen is None else _which(evidence, seen)


def _which(evidence: Evidence, seen: Finding) -> list[Row]:
    rows: list[Row] = []
    for key in seen.details:
        if found := re.fullmatch("(.+):sd:market", key):
            of = found[1]
            words = ADDED.get(of) or f"Without {evidence.short(of.removeprefix('without:'))}"
            values = [seen.details[f"{of}:{what}"] for what in ("sd:market", "sd:effort", "correlation")]
            rows.append([words, *(f"{value:.2f}".replace("-", "−") for value in values)])
    return rows


def tell_donors(told: Told, changes: Changes) -> None:
    """What each donor weighs, in whole percent; those below one percent together."""
    evidence = changes.evidence
    node = evidence.node("donors")
    if node is None:
        return
    rows: list[Row] = []
    for unit in node["treated"].values:
        one = node.sel(treated=unit)
        ordered = one.isel(donor=np.argsort(one["mean"].values)[::-1])
        named = min(12, max(1, int((ordered["mean"].values >= 0.01).sum())))
        for donor in ordered["donor"].values[:named]:
            low, high = (float(one["weight"].sel(donor=donor, quantile=at)) for at in (0.025, 0.975))
            mean = float(one["mean"].sel(donor=donor))
            rows.append([evidence.unit_name(str(donor)), _weight(mean), f"{_weight(low)} to {_weight(high)}"])
        rest = ordered["mean"].values[named:]
        rows += [[f"{rest.size} other donors together", _weight(float(rest.sum())), NONE]] if rest.size else []
    key = ("counterfactual", "The donors of each treated unit")
    told.tables[key], told.heads[key] = rows, [evidence.unit_name(str(unit)) for unit in node["treated"].values]
    told.say("counterfactual", "The weights of a mixture sum to 100 %", "95 % interval")


def _weight(value: float) -> str:
    return "<1 %" if 0 < value < 0.005 else f"{100 * value:.0f} %"
