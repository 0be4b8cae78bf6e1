"""Time and memory against the size of a panel: units, periods and indicators, each varied alone around a base.

    python benchmarks/scale.py
    python benchmarks/scale.py --units 10 50 --periods 15 30 --indicators 1 2 --large --sample 50x15x2    (a quick try)

Panels are simulated (`simulated_panels.py`), a fifth of their units adopt. A size is measured in a process of its own:
its compiled model fills the caches in one process, and the next one is timed. Its peak memory is that of the second
process; the time of a gradient is the processor's. The exponent of a size is the slope of log time on log size over
the larger half of the sizes, where what any model costs no longer counts. Finished sizes stay in results/scale.json:
started again, the command goes on.
"""

import argparse
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from measured import RESULTS, ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evaluation.pipeline.record import hash_of
from evaluation.terms.errors import EvidenceError, Problem

BASE = (50, 15, 2)  # units, periods, indicators
WAYS = ("units", "periods", "indicators")
AIMS = {"units": 1.0, "periods": 1.5}  # the largest exponent that is good enough
MEMORY_AIM = 2048.0  # MiB, of the largest panel
SAMPLED = ("50x15x2", "200x15x2", "50x60x2", "50x15x6")  # the largest takes many minutes: --sample asks for it
CHAINS, TUNE, DRAWS = 2, 100, 100
Row = dict[str, Any]


def main() -> None:
    asked = _arguments()
    rows = _rows_so_far(asked)
    sizes = _sizes(asked)
    todo = [size for size in sizes if _missing(rows.get(size), size in asked.sample)]
    for size in track(todo, "sizes", console=Console(stderr=True)):
        rows[size] = _measured(size, asked, size in asked.sample)
        write_result("scale", _result(asked, rows))  # what is measured stays, whatever comes after
    result = _result(asked, {size: rows[size] for size in sizes})
    write_result("scale", result)
    _show(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    units, periods = (10, 50, 200, 500, 1000), (15, 30, 60, 120, 180)
    parser.add_argument("--units", type=int, nargs="+", default=list(units), help="numbers of units to measure")
    parser.add_argument("--periods", type=int, nargs="+", default=list(periods), help="numbers of periods")
    parser.add_argument("--indicators", type=int, nargs="+", default=[1, 2, 4, 6], help="numbers of indicators")
    large = "sizes beside these, as units x periods x indicators (none: only those above)"
    parser.add_argument("--large", nargs="*", default=["200x180x4"], help=large)
    parser.add_argument("--sample", nargs="*", default=list(SAMPLED), help="sizes that are sampled as well")
    parser.add_argument("--batches", type=int, default=15, help="batches of gradients; the median is reported")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="throw away the results so far")
    return parser.parse_args()


def _sizes(asked: argparse.Namespace) -> list[str]:
    """Every size once: the base with one of its three numbers changed, then the large ones."""
    found = [
        _written(*(number if place == changed else usual for place, usual in enumerate(BASE)))
        for changed, way in enumerate(WAYS)
        for number in getattr(asked, way)
    ]
    return list(dict.fromkeys([*found, *asked.large]))


def _written(*numbers: int) -> str:
    return "x".join(str(number) for number in numbers)


def _basis(asked: argparse.Namespace) -> str:
    """What a row rests on: the model, its sampling, the simulator, and how it is timed."""
    files = ("simulated_panels.py", "simulated_study.py", "one_size.py", "gradients.py")
    parts = [hash_of(ROOT / "evaluation" / room) for room in ("models", "inference")]
    parts += [hash_of(ROOT / "benchmarks" / name) for name in files]
    return sha256(f"{parts} {asked.seed} {asked.batches} {CHAINS} {TUNE} {DRAWS}".encode()).hexdigest()[:12]


def _rows_so_far(asked: argparse.Namespace) -> dict[str, Row]:
    path = RESULTS / "scale.json"
    if asked.again or not path.exists():
        return {}
    result = json.loads(path.read_text(encoding="utf-8"))
    if result["basis"] != _basis(asked):
        advice = "add --again to measure anew, or move the file away"
        raise EvidenceError(Problem("it was made with another model, seed or timing", str(path), advice))
    return {row["size"]: row for row in result["rows"]}


def _missing(row: Row | None, sampled: bool) -> bool:
    return row is None or (sampled and row["sampled"] is None)


def _measured(size: str, asked: argparse.Namespace, sampled: bool) -> Row:
    """One size: the first process only fills the caches."""
    _in_own_process(size, asked, "--compile-only")
    effort = ["--chains", CHAINS, "--tune", TUNE, "--draws", DRAWS] if sampled else []
    return {"size": size} | _in_own_process(size, asked, *effort)


def _in_own_process(size: str, asked: argparse.Namespace, *options: object) -> Row:
    """What `one_size.py` writes."""
    # Linux counts the memory of the starting process as the started one's. This one builds no model: it holds less
    # than any size does, and so is never the peak.
    script = Path(__file__).with_name("one_size.py")
    command = [sys.executable, script, size, "--seed", asked.seed, "--batches", asked.batches, *options]
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EvidenceError(Problem(f"it was not measured: {done.stderr.strip()[-500:]}", f"size {size}", "see above"))
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found


def _result(asked: argparse.Namespace, rows: dict[str, Row]) -> dict[str, Any]:
    large = [rows[size] for size in asked.large if size in rows]
    return {
        "command": _command(asked),
        "basis": _basis(asked),
        "machine": machine(),
        "base": _written(*BASE),
        "effort": f"{CHAINS} chains x ({TUNE} + {DRAWS})",
        "rows": list(rows.values()),
        "exponents": {way: _exponents(list(rows.values()), way) for way in WAYS},
        "aims": AIMS,
        "memory": {
            "aim": MEMORY_AIM,
            "found": {row["size"]: _peak(row) for row in large},
            "sampled": [row["size"] for row in large if row["sampled"]],
        },
    }


def _peak(row: Row) -> float:
    """MiB, with the draws of the short run where there was one."""
    return float(max(row["peak_mib"], (row["sampled"] or row)["peak_mib"]))


def _command(asked: argparse.Namespace) -> str:
    """The command, with what was not left as it is."""
    usual = vars(_defaults())
    options = [
        f" --{name} {' '.join(map(str, value)) if isinstance(value, list) else value}".rstrip()
        for name, value in vars(asked).items()
        if name != "again" and value != usual[name]
    ]
    return "python benchmarks/scale.py" + "".join(options)


def _defaults() -> argparse.Namespace:
    kept, sys.argv = sys.argv, sys.argv[:1]
    try:
        return _arguments()
    finally:
        sys.argv = kept


def _exponents(rows: list[Row], way: str) -> dict[str, Any]:
    """Slope of log time on log size over the larger half of the sizes that differ from the base in this number only."""
    place = WAYS.index(way)
    along = {}
    for row in rows:
        numbers = [int(part) for part in row["size"].split("x")]
        if all(number == usual for at, (number, usual) in enumerate(zip(numbers, BASE, strict=True)) if at != place):
            along[numbers[place]] = row["gradient_us"]
    sizes = sorted(along)
    larger = sizes[len(sizes) // 2 :]
    slope = float(np.polyfit(np.log(larger), np.log([along[n] for n in larger]), 1)[0]) if len(larger) > 1 else None
    return {"over": larger, "gradient": slope}


def _show(result: dict[str, Any]) -> None:
    console = Console()
    console.width = max(console.width, 110)  # whole rows, also into a file
    table = Table(title=f"units x periods x indicators around {result['base']}; sampling {result['effort']}")
    measured = ("size", "dims", "gradient, us", "build, s", "compile, s", "peak, MiB")
    for heading in (*measured, "sampling, s", "steps/draw", "peak, MiB"):
        table.add_column(heading, justify="left" if heading == "size" else "right")
    for row in result["rows"]:
        table.add_row(*cells_of(row))
    console.print(table)
    for line in said(result):
        console.print(line)


def cells_of(row: Row) -> list[str]:
    """What a table says of one size."""
    times = (f"{row['gradient_us']:,.1f}", f"{row['build_s']:.1f}", f"{row['compile_s']:.1f}")
    drawn = row["sampled"]
    sampled = ["", "", ""]
    if drawn is not None:
        sampled = [f"{drawn['seconds']:.1f}", f"{drawn['steps']:.1f}", f"{drawn['peak_mib']:,.0f}"]
    return [row["size"], f"{row['dims']:,}", *times, f"{row['peak_mib']:,.0f}", *sampled]


def said(result: dict[str, Any]) -> list[str]:
    """Exponents and memory beside their aims, a sentence each."""
    lines = []
    for way, found in result["exponents"].items():
        if found["gradient"] is None:
            continue
        over = f"{found['over'][0]:,} to {found['over'][-1]:,}"
        aim = result["aims"].get(way)
        verdict = "" if aim is None else f"; aim at most {aim:g}: {_reached(found['gradient'] <= aim)}"
        lines.append(f"Time of a gradient grows with {way}^{found['gradient']:.2f} from {over} {way}{verdict}.")
    for size, peak in result["memory"]["found"].items():
        aim = result["memory"]["aim"]
        what = (
            "a short run with its draws" if size in result["memory"]["sampled"] else "building to gradients, no draws"
        )
        lines.append(f"Peak memory of {size}, {what}: {peak:,.0f} MiB; aim below {aim:,.0f}: {_reached(peak < aim)}.")
    return lines


def _reached(holds: bool) -> str:
    return "reached" if holds else "missed"


if __name__ == "__main__":
    in_plain_words(main)
