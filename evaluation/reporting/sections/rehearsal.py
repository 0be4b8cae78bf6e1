"""What this design could find: simulated data sets on its calendar, made and fitted without its counts."""

import numpy as np
import xarray as xr

from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import chosen, count, level, share, statistic
from evaluation.reporting.page import Block, Cell, Figure, Panel, Row, Section, Table, Text, number, row, table
from evaluation.reporting.plots.ranks import assurances, ranks
from evaluation.terms import Finding

TITLE = "What this design could find"
OVERALL = "overall"
SCENARIOS = {"none": "No effect at all", "matters": "The smallest change that matters", "claimed": "The change claimed"}


@section("rehearsal")
def rehearsal(evidence: Evidence) -> Section:
    """Calibration as ranks, the change each scenario would have shown, and what another design would."""
    made = evidence.registers.get("simulations")
    if made is None or "scenario" not in made:
        text = "The study was not rehearsed: no data were simulated on its calendar."
        return Section("rehearsal", TITLE, (Text(text, tone="warning"),))
    blocks: list[Block] = [Text(_says(evidence, made))]
    seen = {one.check: one for one in evidence.findings}
    if "assurance" in seen and (rows := _rows(seen["assurance"])):
        columns = ("The truth", "Change", "Simulations", "Shown", "Wrong sign", "Exaggerated", "Width")
        caption = "How often this design would have shown a change, by what was true."
        blocks += [table(caption, columns, *rows, estimates=False), Text(_NOTES, tone="note")]
    if "expected_assurance" in made:
        blocks += [_designs_figure(seen.get("assurance"), made), _designs_table(made)]
    if figure := _ranks_figure(evidence, made):
        blocks += [Text(_EVEN), figure]
    return Section("rehearsal", TITLE, tuple(blocks))


_NOTES = (
    "Shown: the 95\u202f% interval leaves out zero; where nothing is true, that is a false alarm, and one in twenty is "
    "right. Wrong sign, and exaggerated: of those shown, how many point the wrong way, and how many times too large "
    "the middle one is. Width: of the interval, in percentage points, the middle one."
)
_EVEN = (
    "If intervals are honest, the truth is as often the lowest of all draws as the highest or any in between. Bars "
    "that lean to one side mean answers that lie off; bars high at both ends, intervals too narrow."
)


def _says(evidence: Evidence, made: xr.Dataset) -> str:
    usual = evidence.study.checks.rehearsal.usual_counts
    total = made.sizes["simulation"]
    failed = int((made["state"].values.astype(str) != "sampled").sum())
    told = (
        f"Without its counts, {count(total)} data sets were made on the study's own calendar, with its bases, its gaps "
        f"and its rules of what is published, and each was fitted as the real one is."
    )
    if usual:
        counts = "; ".join(f"{evidence.short(name)} {count(each)}" for name, each in usual.items())
        told += f" About what is usual, all that was said is how many a {evidence.unit_word} reports a "
        told += f"{evidence.period_word}: {counts}."
    return f"{told} {count(failed)} {'fit' if failed == 1 else 'fits'} failed." if failed else told


def _rows(seen: Finding) -> list[Row]:
    return [
        row(
            Cell(words),
            number(chosen(round(one["change"], 1))),
            number(count(one["simulations"])),
            number(share(one["assurance"])),
            number(share(one.get("wrong_sign"))),
            number(_times(one.get("exaggeration"))),
            number(count(one["width"])),
        )
        for name, words in SCENARIOS.items()
        if (one := _of(seen, name))
    ]


def _times(value: float | None) -> str:
    told = statistic(None if value is None else round(value, 1))
    return f"{told} times" if value is not None and np.isfinite(value) else told


def _of(seen: Finding, scenario: str) -> dict[str, float]:
    """The details of one scenario, by what they are."""
    ending = f"_{scenario}"
    return {key.removesuffix(ending): value for key, value in seen.details.items() if key.endswith(ending)}


def _designs_figure(seen: Finding | None, made: xr.Dataset) -> Figure:
    labels, chances = made["design"].values.astype(str).tolist(), made["expected_assurance"].values.tolist()
    wanted = 0.8 if seen is None or seen.limit is None else seen.limit
    title = "Chance of showing the smallest change that matters, by design"
    rows = [
        (label, periods, adopters, width, chance)
        for label, periods, adopters, width, chance in zip(
            labels,
            made["more_periods"].values.tolist(),
            made["times_adopters"].values.tolist(),
            made["expected_width"].values.tolist(),
            chances,
            strict=True,
        )
    ]
    return Figure(
        "designs",
        f"How sure other designs would be of the change that matters; dashed: the {share(wanted)} a study should have.",
        (Panel(title, *assurances(labels, chances, wanted=wanted, title=title)),),
        ("design", "more_periods", "times_adopters", "expected_width_points", "expected_assurance"),
        tuple(rows),
    )


def _designs_table(made: xr.Dataset) -> Table:
    rows = [
        row(Cell(label), number(count(width)), number(share(chance)))
        for label, width, chance in zip(
            made["design"].values.astype(str),
            made["expected_width"].values.tolist(),
            made["expected_assurance"].values.tolist(),
            strict=True,
        )
    ]
    caption = (
        "What more time or more adopters would bring: an approximation with the scales known, widened to agree with "
        f"the whole fits of this design ({statistic(float(made.attrs.get('inflation', np.nan)))} times)."
    )
    columns = ("Design", "Expected width, points", "Chance of showing it")
    return table(caption, columns, *rows, folded="The numbers of this picture", estimates=False)


def _ranks_figure(evidence: Evidence, made: xr.Dataset) -> Figure | None:
    """Histograms of ranks of the effects, over the simulations whose truth came from the priors."""
    from_prior = made.isel(simulation=np.flatnonzero(made["scenario"].values.astype(str) == "prior"))
    panels, rows = [], []
    for name in (OVERALL, *evidence.indicators):
        if name not in from_prior["quantity"].values:
            continue
        pit = from_prior["pit"].sel(quantity=name).values
        pit = pit[np.isfinite(pit)]
        if not pit.size:
            continue
        label = "All outcomes together" if name == OVERALL else evidence.short(name)
        panels.append(Panel(label, *ranks(pit, title=label), folded=name != OVERALL))
        rows += [(name, float(one)) for one in pit]
    if not panels:
        return None
    caption = (
        f"Ranks of the truth over {count(from_prior.sizes['simulation'])} simulations; shaded: where each bar lies "
        f"with probability {level(0.95)} if all is well."
    )
    folded = "The same for each indicator" if len(panels) > 1 else ""
    return Figure("ranks", caption, tuple(panels), ("quantity", "rank"), tuple(rows), folded=folded)
