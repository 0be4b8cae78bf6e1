"""The rehearsal, the sampler, the checks and what would overturn the answer: each number is a finding's."""

import numpy as np
import xarray as xr
from scipy.stats import binom

from evaluation.reporting.evidence import Evidence
from evaluation.terms import Finding
from evaluation.terms.assumptions import ASSUMPTIONS
from tests.unit.reporting.number_words import (
    NONE,
    count,
    finite,
    fits,
    minus,
    share,
    stated,
    statistic,
)
from tests.unit.reporting.told import Drawn, Row, Told
from tests.unit.reporting.told_changes import TOGETHER, Changes
from tests.unit.reporting.told_overturned import last_of, tell_overturned

VERDICTS = {"PASS": "✓", "CONCERN": "!", "FAIL": "✕", "UNKNOWN": "?", "NOT CHECKED": "–"}
SCENARIOS = {"none": "No effect at all", "matters": "The smallest change that matters", "claimed": "The change claimed"}
DREW = "○○○ withheld: rests on a failed sampler"


def tell_rehearsal(told: Told, changes: Changes) -> None:
    """What the design could find, from the simulations and the finding on them."""
    evidence = changes.evidence
    made, seen = evidence.registers.get("simulations"), last_of(changes, "assurance")
    if made is None or "scenario" not in made:
        return
    failed = int((made["state"].values.astype(str) != "sampled").sum())
    told.say(
        "rehearsal", f"{count(made.sizes['simulation'])} data sets", f"{failed} fit failed", f"{failed} fits failed"
    )
    usual = evidence.study.checks.rehearsal.usual_counts or {}
    told.say("rehearsal", "; ".join(f"{evidence.short(name)} {count(each)}" for name, each in usual.items()))
    told.say("rehearsal", "Shown: the 95 % interval leaves out zero")
    if seen is not None:
        rows = [_scenario(seen, name, words) for name, words in SCENARIOS.items() if f"change_{name}" in seen.details]
        told.tables["rehearsal", "How often this design"] = rows
    if "expected_assurance" in made:
        _tell_designs(told, made, seen)
    _tell_ranks(told, changes)


def _scenario(seen: Finding, name: str, words: str) -> Row:
    one = {key.removesuffix(f"_{name}"): value for key, value in seen.details.items() if key.endswith(f"_{name}")}
    times = one.get("exaggeration")
    larger = NONE if times is None or not np.isfinite(times) else f"{statistic(round(times, 1))} times"
    return [words, stated(round(one["change"], 1)), count(one["simulations"]), share(one["assurance"]),
            share(one.get("wrong_sign")), larger, count(one["width"])]  # fmt: skip


def _tell_designs(told: Told, made: xr.Dataset, seen: Finding | None) -> None:
    columns = ("more_periods", "times_adopters", "expected_width", "expected_assurance")
    rows = [(str(name), *(one[key].item() for key in columns)) for name in made["design"].values
            for one in [made.sel(design=name)]]  # fmt: skip
    told.files["designs"] = rows
    told.tables["rehearsal", "What more time or more adopters"] = [
        [row[0], count(row[3]), share(row[4])] for row in rows
    ]
    told.say("rehearsal", f"({statistic(float(made.attrs.get('inflation', np.nan)))} times)")
    wanted = 0.8 if seen is None or seen.limit is None else seen.limit
    told.say("rehearsal", f"dashed: the {share(wanted)} a study should have")
    title = "Chance of showing the smallest change that matters, by design"
    says = f"{title}: {'; '.join(f'{row[0]}: {share(row[4])}' for row in rows)}."
    labels = [words for row in rows for words in (fits(row[0], 26), share(row[4]))]
    told.pictures["rehearsal", title] = Drawn(says, tuple(labels))


def _tell_ranks(told: Told, changes: Changes) -> None:
    """Ranks of the truth, over the simulations whose truth came from the priors."""
    evidence, rows = changes.evidence, []
    made = evidence.registers["simulations"]
    made = made.isel(simulation=[str(one) == "prior" for one in made["scenario"].values])
    told.say("rehearsal", f"over {count(made.sizes['simulation'])} simulations", "with probability 95 % if all is well")
    for name in ("overall", *evidence.indicators):
        pit = finite(made["pit"].sel(quantity=name).values) if name in made["quantity"].values else np.array([])
        if not pit.size:
            continue
        low, high = (int(binom(pit.size, 0.1).ppf(end)) for end in (0.025, 0.975))
        bars = np.bincount(np.minimum((pit * 10).astype(int), 9), minlength=10)
        title = TOGETHER if name == "overall" else evidence.short(name)
        told.pictures["rehearsal", title] = Drawn(
            f"{title}: {pit.size} simulations by the rank of the truth among the draws, in 10 classes of equal width; "
            f"{int(((bars < low) | (bars > high)).sum())} of 10 bars leave the band of {low} to {high} that chance "
            "allows each in 19 of 20 cases."
        )
        rows += [(name, float(one)) for one in pit]
    told.files["ranks"] = rows


def tell_computation(told: Told, changes: Changes) -> None:
    """The sampler's settings, how long it took, and each of its checks."""
    evidence, plan = changes.evidence, changes.evidence.study.sampler
    told.say(
        "computation",
        f"in {count(plan.chains)} chains of {count(plan.draws)} draws after {count(plan.tune)} for tuning",
    )
    told.say("computation", f"a target acceptance of {plan.target_accept:g} and the seed {evidence.study.seed}")
    for record in evidence.records:
        if record.get("stage") == "fit":
            versions = record.get("versions") or {}
            named = ", ".join(f"{name} {versions[name]}" for name in ("pymc", "nutpie") if name in versions)
            told.say("computation", f"({named})", f"It took {duration(record.get('seconds'))}.")
    seen = [one for one in evidence.findings if one.family == "sampling"]
    told.tables["computation", "Whether the chains agree"] = [
        _finding(one, one.check.replace("_", " ")) for one in seen
    ]


def duration(seconds: float | None) -> str:
    if seconds is None:
        return NONE
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s" if seconds < 120 else _minutes(seconds)


def _minutes(seconds: float) -> str:
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def _finding(one: Finding, name: str) -> Row:
    number = statistic(one.statistic)
    number = f"{number} ({one.statistic_says})" if one.statistic_says and number != NONE else number
    return [name, f"{VERDICTS[one.verdict.value]} {one.verdict.value}", minus(one.says), number, statistic(one.limit)]


def tell_checks(told: Told, changes: Changes) -> None:
    """Every finding in a row of its own, and what would overturn the answer."""
    evidence = changes.evidence
    for one in evidence.findings:
        told.say("checks", one.says, one.advice, one.statistic_says)
    told.tables["checks", "Assumptions, what probed each"] = _all_findings(evidence)
    given = tuple(evidence.registers.get("assumes") or ASSUMPTIONS)
    sentences = {words: name for name, words in ASSUMPTIONS.items()}
    probed = [sentences.get(one.assumption, one.assumption) for one in evidence.findings]
    assumed = list(dict.fromkeys([*given, *probed]))
    told.say("checks", f"{len([name for name in assumed if name not in probed])} of {len(assumed)} assumptions")
    if not evidence.withheld:
        tell_overturned(told, changes)


def _all_findings(evidence: Evidence) -> list[Row]:
    """By assumption, those with the worst finding first, each with its worst finding first."""
    order, sentences = ["FAIL", "CONCERN", "UNKNOWN", "PASS"], {words: name for name, words in ASSUMPTIONS.items()}
    by_name: dict[str, list[Finding]] = {name: [] for name in (evidence.registers.get("assumes") or ASSUMPTIONS)}
    for one in evidence.findings:
        by_name.setdefault(sentences.get(one.assumption, one.assumption), []).append(one)
    worst = {
        name: sorted(seen, key=lambda one: order.index(one.verdict.value)) for name, seen in by_name.items() if seen
    }
    rows: list[Row] = []
    for seen in sorted(worst.values(), key=lambda found: order.index(found[0].verdict.value)):
        rows += [[*_finding(one, _check(evidence, one)), one.advice or NONE] for one in seen]
    return rows


def _check(evidence: Evidence, one: Finding) -> str:
    check, _, about = one.check.partition(":")
    words = check.replace("_", " ")
    if about:
        words += f": {evidence.short(about) if about in evidence.indicators else about.replace('_', ' ')}"
    drew = one.family not in ("sampling", "design") and not one.check.startswith("prior_predictive")
    return f"{words} {DREW}" if evidence.withheld and drew else words
