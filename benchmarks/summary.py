"""Write what was measured into benchmarks/README.md and README.md, from the files in benchmarks/results.

    python benchmarks/summary.py

Only what stands between the two markers is written. A measurement that was not made has no table there. The picture of
the laws that were never passed is drawn anew.
"""

import argparse
import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import floor
import many_fits
import placebo_picture
import placebo_rows
import scale
from measured import KINDS, RESULTS, ROOT, in_plain_words, summarise, within_error
from peer_rows import lines_of

from evaluation.pipeline.store import replacing
from evaluation.terms.errors import Problem, StudyError

README = ROOT / "benchmarks" / "README.md"
CARD = ROOT / "README.md"
STUDY_OF_CARD = "buyer_laws"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    time = [*_speed(), *_peers(), *_scale(), *_floor(), *_many_fits()]
    _write_between(README, [*time, *_coverage(), *_ranks(), *_placebo_laws(), *_castle(), *_integrated()])
    laws = _result(f"placebo_laws_{STUDY_OF_CARD}")
    if laws is not None:
        others = [path.stem for path in sorted(RESULTS.glob("placebo_laws_*.json")) if STUDY_OF_CARD not in path.stem]
        more = [placebo_rows.line_of_other(json.loads((RESULTS / f"{name}.json").read_text())) for name in others]
        _write_between(CARD, [*placebo_rows.lines_of_readme(laws), *more])


def _write_between(path: Path, lines: Iterable[str]) -> None:
    """Put the lines between the two markers of a file."""
    text = path.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise StudyError(Problem("the markers are missing", str(path), f"write {BEGIN} and, below it, {END}"))
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    tables = "\n".join(lines)
    with replacing(path) as stream:
        stream.write(f"{before}{BEGIN}\n{tables}\n{END}{after}".encode())


def _speed() -> Iterator[str]:
    result = _result("speed")
    if result is None:
        return
    ours, plain, ratio = result["median"]["ours"], result["median"]["plain"], result["ratio"]
    yield f"\n### Speed: `{result['command']}`\n"
    yield f"`{result['study']}`, {result['chains']} chains x {result['draws']:,} draws, {result['noise']} noise;"
    yield f"medians of {len(result['pairs'])} pairs. {_machine(result['machine'])}\n"
    yield "| | ours | written plainly | ratio |\n| --- | ---: | ---: | ---: |"
    for name, says, form in (
        ("compile_seconds", "compile, s", ".1f"),
        ("sampling_seconds", "sampling, s", ".1f"),
        ("processor_seconds", "processor time of sampling, s", ",.0f"),
        ("effect_seconds", "effect from the draws, s", ".1f"),
        ("ess_overall", "ESS of the overall effect", ",.0f"),
        ("ess_worst", "ESS of the worst parameter", ",.0f"),
        ("rhat_worst", "R-hat of the worst parameter", ".3f"),
        ("divergences", "divergences", ".0f"),
        ("overall_mean", "overall effect, %", ".1f"),
        ("overall_sd", "its standard deviation", ".1f"),
        ("ess_overall_per_second", "ESS/s of the overall effect", ",.2f"),
        ("ess_overall_per_processor_second", "ESS of it per second of the processor", ",.2f"),
        ("ess_worst_per_second", "ESS/s of the worst parameter", ",.3f"),
    ):
        times = f"**{ratio[name]:,.0f}**" if name in ratio else ""
        yield f"| {says} | {ours[name]:{form}} | {plain[name]:{form}} | {times} |"
    reached = "reached" if ratio["ess_overall_per_processor_second"] >= result["aim"] else "missed"
    yield "\nOther work on the machine lengthens the time of the processor less than that by the clock."
    yield f"Aim: {result['aim']:.0f} times the ESS of the overall effect per second of the processor: {reached}."


def _scale() -> Iterator[str]:
    result = _result("scale")
    if result is None:
        return
    yield f"\n### Time and memory against size: `{result['command']}`\n"
    yield "Simulated panels, units x periods x indicators; a fifth of the units adopt. Caches warm, a process for each"
    yield "size; gradients in time of the processor, the rest by the clock. The last three columns are of a short run,"
    yield f"{result['effort']}. {_machine(result['machine'])}\n"
    yield "| size | dims | gradient, us | build, s | compile, s | peak, MiB | sampling, s | steps a draw | peak, MiB |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for row in result["rows"]:
        yield f"| {' | '.join(scale.cells_of(row))} |"
    yield from _listed(scale.said(result))


def _floor() -> Iterator[str]:
    for path in sorted(RESULTS.glob("floor_*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        yield f"\n### Distance to the floor: `{result['command']}`\n"
        yield f"One gradient of `{result['study']}`, {result['dims']:,} dims: medians of time of the processor;"
        yield f"each kernel also alone, called again and again. {_machine(result['machine'])}\n"
        yield "| | us | share of fused by hand, % |\n| --- | ---: | ---: |"
        for name, micros, share in floor.rows_of(result):
            yield f"| {name} | {micros:,.1f} | {share} |"
        yield from _listed(floor.said(result))


def _many_fits() -> Iterator[str]:
    for path in sorted(RESULTS.glob("many_fits_*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        yield f"\n### Many fits: `{result['command']}`\n"
        yield f"{result['size']} (units x periods x indicators), {result['effort']} a fit."
        yield f"{_machine(result['machine'])}\n"
        yield "| | data swapped | built and compiled anew |\n| --- | ---: | ---: |"
        for row in many_fits.rows_of(result):
            yield f"| {' | '.join(row)} |"
        yield from _listed(many_fits.said(result))


def _listed(lines: list[str]) -> Iterator[str]:
    yield ""
    yield from (f"- {line}" for line in lines)


def _coverage() -> Iterator[str]:
    path = RESULTS / "coverage.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in KINDS}
    asked = f"--panels {counts['drawn']} --fixed {max(counts[kind] for kind in KINDS[1:])} --seed {rows[0]['seed']}"
    yield f"\n### Coverage: `python benchmarks/interval_coverage.py {asked}`\n"
    yield "| effect | panels | covered, % | Monte Carlo error | bias, points | median width | excludes 0, % | 95 %? |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for kind in KINDS:
        some = [row for row in rows if row["kind"] == kind]
        if some:
            s = summarise(some)
            verdict = "within error" if within_error(s) else "outside error"
            bias = f"{s['bias']:+.1f} ± {s['bias_error']:.1f}"
            yield (
                f"| {kind} | {s['panels']} | {s['coverage']:.1f} | {s['error']:.1f} | {bias} "
                f"| {s['width']:.0f} | {s['excludes_0']:.0f} | {verdict} |"
            )


def _ranks() -> Iterator[str]:
    result = _result("rank_tests")
    if result is None:
        return
    size = result["calendar"]
    yield "\n### Every model on panels that it drew itself: `python benchmarks/rank_tests.py`\n"
    yield f"{size['units']} units, {size['periods']} years, {size['adopters']} adopters, two outcomes and a negative"
    yield "control, missing and suppressed cells. Bands of all quantities of a model hold together with probability"
    yield "0.95. Fits that did not settle are left out of the bands, and kept in the count of intervals.\n"
    yield "| model | fits | unsettled, % | intervals that hold the truth | effects outside bands | scales outside |"
    yield "| --- | ---: | ---: | ---: | --- | --- |"
    for name, row in result["models"].items():
        held = f"{row['held']} of {row['fitted']}"
        left_out, *outside = row["left_out"], *(", ".join(row[of]["outside"]) or "none" for of in ("effects", "scales"))
        yield f"| `{name}` | {row['simulations']} | {100 * left_out:.0f} | {held} | {outside[0]} | {outside[1]} |"


def _placebo_laws() -> Iterator[str]:
    for path in sorted(RESULTS.glob("placebo_laws_*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        yield from placebo_rows.lines_of(result, _machine(result["machine"]))
        placebo_picture.draw(result)


def _castle() -> Iterator[str]:
    result = _result("castle")
    if result is None:
        return
    yield f"\n### A published answer: `{result['command']}`\n"
    yield "| log rate ratio of homicide | mean | standard error or deviation | 95 % interval |"
    yield "| --- | ---: | ---: | ---: |"
    rows = {"this project, `castle_doctrine`": result["ours"]} | result["published"]
    for name, one in (
        rows | {f"this project, control: {name}": one for name, one in result["controls"].items()}
    ).items():
        ends = "" if one["lower"] is None else f"{one['lower']:.4f} to {one['upper']:.4f}"
        yield f"| {name} | {one['mean']:.4f} | {one['se']:.4f} | {ends} |"
    yield ""
    for verdict in result["verdicts"]:
        yield f"- {'PASS' if verdict['holds'] else 'FAIL'}: {verdict['says']}; found {verdict['found']}."


def _peers() -> Iterator[str]:
    for path in sorted(RESULTS.glob("peers_*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        yield from lines_of(result, _machine(result["machine"]))


def _integrated() -> Iterator[str]:
    for path in sorted(RESULTS.glob("integrated_field_*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        rows = result["rows"]
        shifts = [abs(row["shift"]) for row in rows]
        ratios = [row["ratio"] for row in rows]
        yield f"\n### The field integrated out, beside NUTS: `{result['command']}`\n"
        vouched, nuts = result["readings"] - len(result["refused"]), result["nuts_seconds_each"]
        yield f"Of {result['readings']} readings, {vouched} are vouched for. Over their {len(rows)} effects, on"
        yield f"everything and on each indicator: means at most {max(shifts):.2f}, in the middle {median(shifts):.2f}"
        yield f"posterior sd from those of NUTS, sds {min(ratios):.2f} to {max(ratios):.2f} times as large. Aim: 0.1 sd"
        yield "and 10 %, beside a"
        yield "Monte Carlo error of 0.03 to 0.05 sd and 3 %. Each further refit took"
        yield f"{result['seconds_each']:.1f} s, one of NUTS with 2 x (200 + 1,000) draws {nuts:.1f} s.\n"
        yield "| reading | NUTS, overall | shift / sd | sd ratio | worst of an indicator | Pareto k | points worth |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        for name in dict.fromkeys(row["reading"] for row in rows):
            whole, *parts = (row for row in rows if row["reading"] == name)
            k = "" if whole["pareto_k"] is None else f"{whole['pareto_k']:.2f}"
            worst = max((row["shift"] for row in parts), key=abs)
            yield (
                f"| {name} | {whole['nuts_mean']:+.3f} ± {whole['nuts_sd']:.3f} | {whole['shift']:+.2f} "
                f"| {whole['ratio']:.2f} | {worst:+.2f} | {k} | {whole['points_worth']:.0f} |"
            )
        for name, why in result["refused"].items():
            yield f"| {name} | left to NUTS: {why} | | | | | |"


def _result(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _machine(found: dict[str, Any]) -> str:
    versions = ", ".join(
        f"{name} {found['versions'][name]}" for name in ("python", "pymc", "nutpie") if name in found["versions"]
    )
    return f"{found['cores']} cores ({found['processor'] or found['system']}); {versions}."


if __name__ == "__main__":
    in_plain_words(main)
