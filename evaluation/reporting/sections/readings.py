"""Priors and readings of the data: the same model fitted again, and what each choice does to the answer."""

import numpy as np
import xarray as xr

from evaluation.reporting import scale
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, count, level, percent, r_hat, span, statistic
from evaluation.reporting.page import (
    Block,
    Cell,
    Figure,
    Group,
    Heading,
    Key,
    Panel,
    Row,
    Section,
    Table,
    Text,
    number,
    row,
    table,
)
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.summaries import Summary, summarise
from evaluation.terms.doubts import family_of
from evaluation.terms.rounding import places_for

_WORDS = {
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


@section("readings")
def readings(evidence: Evidence) -> Section:
    """A forest per quantity with one row per refit, the table of its numbers, and how well each refit was sampled."""
    title = "Priors and readings of the data"
    variants = _named_by_the_study(evidence.variants)
    if variants is None or "percent" not in variants or not variants.sizes.get("variant", 0):
        return Section(
            "readings",
            title,
            (Text("The model was fitted once: nothing is known about other priors or readings.", tone="warning"),),
        )
    found = _summaries(evidence, variants)
    missing = [name for name in _asked(evidence, variants) if not any(name == variant for variant, _ in found)]
    blocks: list[Block] = [
        Text(
            "A sensible colleague might have chosen another prior, or read the data otherwise. Each row fits the "
            "same model again "
            "under one other choice. If the rows tell different stories, the answer is the choice's as much as "
            "the data's."
        )
    ]
    if missing:
        names = ", ".join(_words(name) for name in missing)
        blocks.append(Text(f"Asked for but not fitted: {names}.", tone="note"))
    if found:
        blocks += [_figure(evidence, variants, found), _table(evidence, variants, found)]
    blocks += [Heading("How well each was sampled"), _diagnostics(variants)]
    return Section("readings", title, tuple(blocks))


def _named_by_the_study(variants: xr.Dataset | None) -> xr.Dataset | None:
    """Without the refits that have a section of their own (`doubts`)."""
    if variants is None or "variant" not in variants.coords:
        return variants
    return variants.sel(variant=[not family_of(str(name)) for name in variants["variant"].values])


def _words(name: str) -> str:
    return _WORDS.get(name, name.replace(":", ": ").replace("_", " ").capitalize())


def _asked(evidence: Evidence, variants: xr.Dataset) -> list[str]:
    fitted = [str(name) for name in variants.variant.values]
    return list(dict.fromkeys([*fitted, *evidence.study.checks.variants]))


def _quantities(evidence: Evidence, variants: xr.Dataset) -> list[str]:
    present = [str(name) for name in variants.quantity.values]
    ordered = [name for name in ("overall", *evidence.indicators) if name in present]
    return [name for name in ordered if name != "overall" or len(evidence.outcomes) > 1 or len(present) == 1]


def _summaries(evidence: Evidence, variants: xr.Dataset) -> dict[tuple[str, str], Summary]:
    found = {}
    for variant in (str(name) for name in variants.variant.values):
        for quantity in _quantities(evidence, variants):
            one = summarise(variants["percent"].sel(variant=variant, quantity=quantity), evidence.study.report.interval)
            if one is not None:
                found[variant, quantity] = one
    return found


def _named(evidence: Evidence, quantity: str) -> str:
    if quantity == "overall":
        return "All outcomes together"
    return evidence.short(quantity) + (" (negative control)" if quantity in evidence.controls else "")


def _figure(evidence: Evidence, variants: xr.Dataset, found: dict[tuple[str, str], Summary]) -> Figure:
    interval = evidence.study.report.interval
    limits = scale.ratio_limits([end for one in found.values() for end in (one.lower, one.upper)])
    panels, rows = [], []
    for quantity in _quantities(evidence, variants):
        marks = [
            Mark(
                _words(variant),
                one,
                "whole" if variant == "main" else "one",
                apart=quantity in evidence.controls,
                withheld=evidence.withheld,
            )
            for (variant, asked), one in found.items()
            if asked == quantity
        ]
        title = evidence.titled(_named(evidence, quantity))
        svg, says = forest(marks, title=title, interval=interval, limits=limits)
        panels.append(Panel(title, svg, says))
    rows = [
        (variant, quantity, one.estimate, one.lower, one.upper, one.fall) for (variant, quantity), one in found.items()
    ]
    keys = (
        Key("diamond", "as reported above"),
        Key("bar", f"the same model under one other choice: {level(interval)} and 50\u202f% intervals"),
    )
    columns = ("variant", "quantity", "estimate_percent", "lower_percent", "upper_percent", "probability_of_fall")
    caption = "What each prior and each reading of the data does to the answer."
    return Figure("readings", caption, tuple(panels), columns, tuple(rows), keys)


def _table(evidence: Evidence, variants: xr.Dataset, found: dict[tuple[str, str], Summary]) -> Table:
    groups = []
    for quantity in _quantities(evidence, variants):
        rows = []
        base = found.get(("main", quantity))
        for (variant, asked), one in found.items():
            if asked != quantity:
                continue
            places = places_for(one.width)
            moved = NONE if base is None or variant == "main" else _moved(base, one)
            rows.append(
                row(
                    Cell(_words(variant)),
                    number(percent(one.estimate, places)),
                    number(span(one.lower, one.upper, places)),
                    number(evidence.chance(one)),
                    Cell(moved),
                )
            )
        groups.append(Group(_named(evidence, quantity), tuple(rows)))
    columns = (
        "Choice",
        "Change",
        f"{level(evidence.study.report.interval)} interval",
        f"Probability of a {evidence.direction}",
        "Against the answer above",
    )
    size = sum(len(group.rows) for group in groups)
    return Table(
        "Each choice and the answer it gives.", columns, tuple(groups), folded=f"The numbers of all {size} estimates"
    )


def _moved(base: Summary, one: Summary) -> str:
    """How far a choice moves the median, in words that need no statistics."""
    shift = float(np.abs(scale.ratio(one.estimate) - scale.ratio(base.estimate)))
    half = float(scale.ratio(base.upper) - scale.ratio(base.lower)) / 2
    share = shift / half if half > 0 else 0.0
    if share < 0.1:
        return "hardly moves"
    return "moves within the interval" if share < 0.5 else "moves by more than a quarter of the interval's width"


def _diagnostics(variants: xr.Dataset) -> Table:
    engines = {name: _engine(variants.sel(variant=name)) for name in map(str, variants.variant.values)}
    rows = []
    for name, engine in engines.items():
        one = variants.sel(variant=name)

        def value(key: str, one: xr.Dataset = one) -> float | None:
            return float(one[key]) if key in one else None

        divergences = value("divergences")
        none = divergences is None or np.isnan(divergences) or (engine and not engine.startswith(_BY_NUTS))
        shown = NONE if none or divergences is None else count(divergences)
        rows.append(
            row(
                Cell(_words(name)),
                Cell(_sentences(_said(one, "says"), engine) or NONE),
                number(r_hat(value("rhat_max"))),
                number(statistic(value("ess_min"))),
                number(shown),
            )
        )
    caption = (
        "Sampling of each fit. R-hat near 1 (below 1.01) and a few hundred effective draws are what one wants; a "
        "choice that falls short of that says less."
    )
    if any(engines.values()):
        caption += (
            " Where the latent field was integrated out, nothing was sampled anew, so there are no chains to compare: "
            "Pareto k below 0.5 and most draws counting are what one wants there."
        )
    return table(
        caption,
        ("Choice", "What was done", "Largest R-hat", "Smallest effective sample size", "Divergences"),
        *(one for one in rows if isinstance(one, Row)),
        estimates=False,
    )


_BY_NUTS = "Sampled with NUTS"


def _engine(one: xr.Dataset) -> str:
    """A sentence about how a refit was made, where that was not plain NUTS."""
    engine, says = _said(one, "engine"), _said(one, "engine_says")
    if "NUTS" in engine:
        return f"{_BY_NUTS}, because {says}." if says else ""
    return f"{engine.capitalize()} {says}." if engine else ""


def _sentences(says: str, engine: str) -> str:
    return f"{says.rstrip('.')}. {engine}" if says and engine else says or engine


def _said(one: xr.Dataset, key: str) -> str:
    said = str(one[key].item()) if key in one and one[key].ndim == 0 else ""
    return "" if said == "nan" else said
