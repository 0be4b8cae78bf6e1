"""Refits under other priors, other readings of the data, other models, and where nothing should be found."""

import numpy as np
import xarray as xr

from evaluation.reporting.evidence import Evidence
from tests.unit.reporting.number_words import (
    NONE,
    Line,
    count,
    finite,
    level,
    statistic,
)
from tests.unit.reporting.told import Row, Told
from tests.unit.reporting.told_changes import TOGETHER, Changes, csv_row, first, forest, numbers

CALLED = {
    "main": "As reported above",
    "prior:claimed": "Prior: the size claimed for it",
    "prior:sceptical": "Prior: sceptical",
    "prior:wide": "Prior: wide",
    "suppressed:dropped": "Suppressed cells dropped",
    "suppressed:zero": "Suppressed cells read as 0",
    "breaks:off": "Definition breaks ignored",
    "date:enforced": "From the date of enforcement",
    "last_before:dropped": "Last period before the law dropped",
    "vintage:earlier": "Figures as published earlier",
    "leads": "With leads before the law",
}
OTHERS = ("without:", "false_date:", "false_adopters:", "model:", "future:")  # told elsewhere
FAMILIES = {
    "without": "One {unit} left out",
    "false_date": "Laws dated too early",
    "false_adopters": "Laws given to {units} without",
}


def refit(changes: Changes, variant: str, quantity: str, label: str, key: tuple[object, ...]) -> Line | None:
    variants = changes.evidence.variants
    assert variants is not None
    draws = finite(variants["percent"].sel(variant=variant, quantity=quantity).values)
    return Line(label, draws, changes.interval, key=key) if draws.size else None


def variants_of(evidence: Evidence) -> list[str]:
    return [] if evidence.variants is None else [str(name) for name in evidence.variants["variant"].values]


def tell_readings(told: Told, changes: Changes) -> None:
    """Each refit of the study's own plan: its answer, and how well it was sampled."""
    evidence = changes.evidence
    variants = evidence.variants
    names = [name for name in variants_of(evidence) if not name.startswith(OTHERS)]
    if variants is None or not names:
        return
    present = [str(name) for name in variants["quantity"].values]
    quantities = [name for name in ("overall", *evidence.indicators) if name in present]
    if not changes.several and len(present) > 1:
        quantities = quantities[1:]
    rows, by_variant = [], {name: [] for name in names}
    for quantity in quantities:
        lines = [refit(changes, name, quantity, _called(name), (name, quantity)) for name in names]
        base = next((one for one in lines if one and one.key[0] == "main"), None)
        title = TOGETHER if quantity == "overall" else changes.label(quantity, " (negative control)")
        found = [one for one in lines if one]
        forest(told, "readings", changes.titled(title), found, changes)
        for one in found:
            moved = NONE if base is None or one.key[0] == "main" else _moved(base, one)
            rows.append([first(one.label, changes), *numbers(one, changes, counts=False), moved])
            by_variant[str(one.key[0])].append(csv_row(one, truth=False))
    told.tables["readings", "Each choice and the answer"] = rows
    told.files["readings"] = [row for found in by_variant.values() for row in found]
    told.tables["readings", "Sampling of each fit"] = [_sampled(variants.sel(variant=name), name) for name in names]
    told.say("readings", f"The numbers of all {len(rows)} estimates", "R-hat near 1 (below 1.01)", "Pareto k below 0.5")
    told.say("readings", f"{level(changes.interval)} and 50 % intervals", f"{level(changes.interval)} interval")
    told.say("readings", *(_done(variants.sel(variant=name)) for name in names))


def _moved(base: Line, one: Line) -> str:
    """How far a refit moves the median on the log scale, beside the width of the interval of the answer."""
    low, middle, high = (float(np.log1p(end / 100)) for end in base.ends)
    share = abs(float(np.log1p(one.ends[1] / 100)) - middle) / (high - low) if high > low else 0.0
    if share < 0.05:
        return "hardly moves"
    return "moves within the interval" if share < 0.25 else "moves by more than a quarter of the interval's width"


def _called(name: str) -> str:
    return CALLED.get(name, name.replace(":", ": ").replace("_", " ").capitalize())


def _sampled(one: xr.Dataset, name: str) -> Row:
    """Largest R-hat, smallest effective sample size and divergences, as they are kept; none of what was not sampled."""
    engine = str(one["engine"].item()) if "engine" in one else "NUTS"
    divergences = float(one["divergences"]) if "divergences" in one else np.nan
    by_nuts = "NUTS" in engine or engine in {"", "nan"}
    shown = count(divergences) if np.isfinite(divergences) and by_nuts else NONE
    rhat = f"{float(one['rhat_max']):.3f}".replace("nan", NONE) if "rhat_max" in one else NONE
    ess = statistic(float(one["ess_min"])) if "ess_min" in one else NONE
    return [_called(name), None, rhat, ess, shown]


def _done(one: xr.Dataset) -> str:
    """What was done, in the words that the refit left."""
    said = [str(one[key].item()) for key in ("says", "engine", "engine_says") if key in one and one[key].ndim == 0]
    said = ["" if words == "nan" else words for words in said] + ["", ""]
    says, engine, why = said[:3]
    if "NUTS" in engine:
        engine = f"Sampled with NUTS, because {why}." if why else ""
    else:
        engine = f"{engine.capitalize()} {why}." if engine else ""
    return f"{says.rstrip('.')}. {engine}" if says and engine else says or engine


def tell_doubts(told: Told, changes: Changes) -> None:
    """Refits where nothing should be found."""
    evidence, rows, files = changes.evidence, [], []
    words = {"unit": evidence.unit_word, "units": evidence.units_word}
    for family, title in FAMILIES.items():
        names = [name for name in variants_of(evidence) if name.startswith(f"{family}:")]
        labels = {name: _label(evidence, family, name.partition(":")[2]) for name in names}
        lines = [refit(changes, name, "overall", labels[name], (family, labels[name])) for name in names]
        found = [one for one in lines if one]
        if family == "false_adopters":
            found = sorted(found, key=lambda one: one.ends[1])
        if not found:
            continue
        answer = refit(changes, "main", "overall", "The answer above", (family, "The answer above"))
        shown = [one for one in (answer, *found) if one]
        forest(told, "doubts", changes.titled(title.format(**words)), shown, changes)
        rows += [[first(one.label, changes), one.middle, one.span] for one in shown]
        files += [csv_row(one, fall=False, truth=False) for one in shown]
    if rows:
        told.tables["doubts", "What the model finds where nothing"] = rows
        told.files["doubts"] = files
        told.say("doubts", f"The numbers of all {len(rows)} estimates", _how_many(evidence))
        told.say("doubts", f"{level(changes.interval)} and 50 % intervals", f"{level(changes.interval)} interval")


def _label(evidence: Evidence, family: str, rest: str) -> str:
    told = {"without": f"Without {evidence.unit_name(rest)}", "false_date": f"{rest} periods early"}
    return told.get(family, f"Draw {rest}")


def _how_many(evidence: Evidence) -> str:
    """How many refits there are, how many by which engine, and the largest R-hat of those that were sampled."""
    assert evidence.variants is not None
    names = [name for name in variants_of(evidence) if name.split(":")[0] in FAMILIES and ":" in name]
    here = evidence.variants.sel(variant=names)
    engines = [str(one) for one in here["engine"].values] if "engine" in here else []
    nuts = np.array(["NUTS" in one for one in engines], dtype=bool)
    said = f"{here.sizes['variant']} refits of the same compiled model"
    if len(engines) and not nuts.all():
        said += f", {count((~nuts).sum())} with the field integrated out (each has proved itself) and "
        said += f"{count(nuts.sum())} sampled with NUTS"
    rhat = here["rhat_max"].values[nuts] if len(engines) else here["rhat_max"].values
    said += f"; largest R-hat {np.nanmax(rhat):.3f}" if np.isfinite(rhat).any() else ""
    failed = int((here["state"].values != "sampled").sum()) if "state" in here else 0
    return f"{said}." + (f" {failed} gave no numbers." if failed else "")
