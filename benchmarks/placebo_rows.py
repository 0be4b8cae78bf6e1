"""Estimates of placebo laws: how they are scored, and the tables that say it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rich.table import Table

OURS = "this project"
OVERALL = "overall"
KIND_WORDS = {
    "none": "no effect", "-20": "-20 %", "-40": "-40 %", "-60": "-60 %", "prior": "drawn from the prior",
}  # fmt: skip
MOST_FALSE = 6.0  # percent of intervals that leave out zero where nothing was done
COVERED = {"prior": (93.0, 97.0)}  # percent of intervals; any other injected effect: at least
LEAST_COVERED = 90.0
MOST_ERROR = 0.5  # times the root mean squared error of the best peer
NEAR = ("none", "-20", "-40")  # the effects which that is asked of
FALSE = f"at most {MOST_FALSE:.0f} % of intervals leave out zero where nothing was done"
GIVEN = f"at least {LEAST_COVERED:.0f} % cover a fall of 20, 40 and 60 %"
DRAWN = "93 to 97 % cover effects drawn from the prior"
ERROR = "the error is at most half that of the best peer, up to a fall of 40 %"
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One method's answer about one quantity of one placebo; log rate ratios."""

    kind: str
    draw: int
    method: str
    quantity: str
    engine: str
    truth: float
    estimate: float
    lower: float
    upper: float
    rhat: float


def rows_of(estimates: Sequence[Estimate]) -> list[Row]:
    """One row for each kind of effect, quantity and method, in the order in which they come."""
    groups: dict[tuple[str, str, str], list[Estimate]] = {}
    for one in estimates:
        groups.setdefault((one.kind, one.quantity, one.method), []).append(one)
    return [
        {"kind": kind, "quantity": quantity, "method": method} | score(some)
        for (kind, quantity, method), some in groups.items()
    ]


def score(estimates: Sequence[Estimate]) -> Row:
    """How one method did; an answer without numbers is counted and left out of the rest.

    Returns
    -------
    `placebos`, `without_numbers`; percent of 95 % intervals that leave out zero and that cover the truth, with the
    binomial standard error of the latter; `bias` and `rmse` of the estimate, and the median `width`, log rate ratios.
    """
    numbers = np.array([[one.truth, one.estimate, one.lower, one.upper] for one in estimates])
    usable = np.isfinite(numbers).all(axis=1)
    truth, estimate, lower, upper = numbers[usable].T
    count = int(usable.sum())
    told: Row = {"placebos": count, "without_numbers": int((~usable).sum())}
    if not count:
        return told
    covered = float(np.mean((lower <= truth) & (truth <= upper)))
    return told | {
        "excludes_0": 100 * float(np.mean((lower > 0) | (upper < 0))),
        "covered": 100 * covered,
        "error": 100 * float(np.sqrt(covered * (1 - covered) / count)),
        "bias": float(np.mean(estimate - truth)),
        "bias_error": float(np.std(estimate - truth) / np.sqrt(count)),
        "rmse": float(np.sqrt(np.mean((estimate - truth) ** 2))),
        "width": float(np.median(upper - lower)),
    }


@dataclass(frozen=True)
class Held:
    """One target, held against one row."""

    target: str
    reached: bool
    says: str
    share: float = np.nan  # of the best peer's error


def verdicts(result: Row) -> Iterator[Held]:
    """Every target that the rows of this project can be held to, and whether it is reached."""
    rows = [row for row in result["rows"] if "covered" in row]
    for row in (row for row in rows if row["method"] == OURS):
        what = f"{KIND_WORDS[row['kind']]}, {row['quantity']}"
        held = _intervals(row)
        yield replace(held, says=f"{what}: {held.says}")
        rivals = [one for one in rows if _asked_alike(one, row)]
        if row["kind"] in NEAR and rivals:
            best = min(rivals, key=lambda one: float(one["rmse"]))
            share = row["rmse"] / best["rmse"]
            peer = f"{best['method']}, {best['rmse']:.2f}"
            words = f"error {row['rmse']:.2f}, {share:.2f} times that of the best peer ({peer}); at most {MOST_ERROR:g}"
            yield Held(ERROR, share <= MOST_ERROR, f"{what}: {words}", share)


def _intervals(row: Row) -> Held:
    if row["kind"] == "none":
        words = f"{row['excludes_0']:.1f} % of intervals leave out zero; at most {MOST_FALSE:.0f} %"
        return Held(FALSE, row["excludes_0"] <= MOST_FALSE, words)
    low, high = COVERED.get(row["kind"], (LEAST_COVERED, 100.0))
    aim = f"at least {low:.0f} %" if high == 100 else f"{low:.0f} to {high:.0f} %"
    target = DRAWN if row["kind"] == "prior" else GIVEN
    return Held(target, low <= row["covered"] <= high, f"{row['covered']:.1f} % of intervals cover the truth; {aim}")


TARGETS = (FALSE, GIVEN, DRAWN, ERROR)


def _asked_alike(peer: Row, ours: Row) -> bool:
    """Whether a row is a peer's about the same kind, quantity and placebos."""
    asked = (one["placebos"] + one["without_numbers"] for one in (peer, ours))
    same = peer["kind"] == ours["kind"] and peer["quantity"] == ours["quantity"]
    return peer["method"] != OURS and same and len(set(asked)) == 1


HEADINGS = ("quantity", "method", "placebos", "leaves out 0, %", "covers, %", "bias", "error", "width")


def cells_of(row: Row) -> tuple[str, ...]:
    """A row of a table, as `HEADINGS`."""
    missing = f" ({row['without_numbers']} without)" if row["without_numbers"] else ""
    begin = (row["quantity"], row["method"], f"{row['placebos']}{missing}")
    if "covered" not in row:
        return (*begin, "", "", "", "", "")
    return (
        *begin, f"{row['excludes_0']:.1f}", f"{row['covered']:.1f} ± {row['error']:.1f}",
        f"{row['bias']:+.2f}", f"{row['rmse']:.2f}", f"{row['width']:.2f}",
    )  # fmt: skip


def table_of(result: Row) -> Table:
    """For the terminal."""
    table = Table(title=f"{result['study']}: {result['adopters']} of {result['units']} units that never had the law")
    for heading in ("the law does", *HEADINGS):
        table.add_column(heading, justify="left" if heading in ("the law does", "quantity", "method") else "right")
    for row in result["rows"]:
        table.add_row(KIND_WORDS[row["kind"]], *cells_of(row))
    return table


def said(result: Row) -> list[str]:
    """What the rows rest on, and each target."""
    nuts = result["fits"] - result["vouched_for"]
    above = f", {result['nuts_rhat_above']} of them with an R-hat of the effect above 1.05" if nuts else ""
    engine = f"Of {result['fits']} fits, {result['vouched_for']} with the field integrated out, {nuts} by NUTS{above}."
    return [engine, *(f"{'reached' if held.reached else 'MISSED'}: {held.says}." for held in verdicts(result))]


def lines_of(result: Row, machine: str) -> Iterator[str]:
    """The tables of benchmarks/README.md."""
    yield f"\n### Laws that were never passed: `{result['command']}`\n"
    yield f"{result['adopters']} of the {result['units']} units of `{result['study']}` that never had the law are given"
    yield f"one. Log rate ratios. {machine}"
    for kind in dict.fromkeys(row["kind"] for row in result["rows"]):
        yield f"\nThe law does: **{KIND_WORDS[kind]}**.\n"
        yield f"| {' | '.join(HEADINGS)} |\n| --- | --- | {' | '.join(['---:'] * (len(HEADINGS) - 2))} |"
        for row in result["rows"]:
            if row["kind"] == kind:
                yield f"| {' | '.join(cells_of(row))} |"
    yield ""
    yield from (f"- {line}" for line in said(result))


def lines_of_readme(result: Row) -> Iterator[str]:
    """The short table of the project's README: a row a method, the outcomes side by side."""
    shown = result["outcomes"]
    names = " / ".join(result["labels"][name].lower() for name in shown)
    found = {(row["kind"], row["method"], row["quantity"]): row for row in result["rows"] if "covered" in row}
    laws = max(row["placebos"] for row in found.values())
    yield f"Log rate ratios; in each cell: {names}.\n"
    headings = ("no effect: leaves out zero, %", "fall of 40 %: covers it, %", "the same: error of the estimate")
    yield f"| {laws} laws | {' | '.join(headings)} |"
    yield "| --- | ---: | ---: | ---: |"
    for method in dict.fromkeys(row["method"] for row in result["rows"]):
        rows = {kind: [found.get((kind, method, name)) for name in shown] for kind in ("none", "-40")}
        asked = max((row["placebos"] for some in rows.values() for row in some if row), default=0)
        words = method if asked > laws / 2 else f"{method} ({asked} laws)"
        cells = [
            " / ".join(f"{row[name]:{form}}" for row in rows[kind] if row is not None) or "not asked"
            for kind, name, form in (("none", "excludes_0", ".0f"), ("-40", "covered", ".0f"), ("-40", "rmse", ".2f"))
        ]
        yield f"| {f'**{words}**' if method == OURS else words} | {' | '.join(cells)} |"
    yield "\nTargets, set beforehand, each for every outcome, the intervals also for all outcomes together:\n"
    held = list(verdicts(result))
    yield from (_on_target(target, [one for one in held if one.target == target]) for target in TARGETS)


def _on_target(target: str, held: Sequence[Held]) -> str:
    """A line: whether all rows reach it, and by how much some do not."""
    missed = [one for one in held if not one.reached]
    if not missed:
        return f"- {target}: {'reached' if held else 'not measured'}."
    shares = [one.share for one in missed if np.isfinite(one.share)]
    words = f"{min(shares):.2f} to {max(shares):.2f} times" if shares else "; ".join(one.says for one in missed)
    return f"- {target}: **missed** in {len(missed)} of {len(held)} ({words})."


def line_of_other(result: Row) -> str:
    """What the interval did on another study's figures, in a line for the project's README."""
    rows = [row for row in result["rows"] if (row["kind"], row["method"]) == ("none", OURS) and "covered" in row]
    found = ", ".join(f"{row['excludes_0']:.0f} % ({row['quantity']})" for row in rows)
    aim = "reached" if all(row["excludes_0"] <= MOST_FALSE for row in rows) else "**missed**"
    return f"- on `{result['study']}`, {rows[0]['placebos']} laws without effect: {found} leave out zero: {aim}."
