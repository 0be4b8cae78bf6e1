"""How it was computed: by which sampler, how long, and whether its draws can be relied on."""

from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, count, minuses, seconds, statistic
from evaluation.reporting.page import Block, Cell, Row, Section, Text, number, row, table
from evaluation.terms import Finding

SAMPLING = "sampling"


@section("computation")
def computation(evidence: Evidence) -> Section:
    """Software, chains and draws, convergence and resolution."""
    blocks: list[Block] = [Text(_how(evidence))]
    seen = [one for one in evidence.findings if one.family == SAMPLING]
    if seen:
        columns = ("Check of the sampler", "Verdict", "What was seen", "Statistic", "Limit")
        caption = "Whether the chains agree, and how many independent draws theirs are worth."
        blocks.append(table(caption, columns, *(_row(one) for one in seen), estimates=False))
    else:
        blocks.append(Text("No check of the sampler was run: nothing is known about its draws.", tone="warning"))
    return Section("computation", "How it was computed", tuple(blocks))


def _how(evidence: Evidence) -> str:
    plan = evidence.study.sampler
    made = next((record for record in evidence.records if record.get("stage") == "fit"), {})
    versions = made.get("versions") or {}
    named = ", ".join(f"{name} {versions[name]}" for name in ("pymc", "nutpie") if name in versions)
    took = f" It took {seconds(float(made['seconds']))}." if made.get("seconds") is not None else ""
    return (
        f"The posterior was drawn by NUTS, in {count(plan.chains)} chains of {count(plan.draws)} draws after "
        f"{count(plan.tune)} for tuning, with a target acceptance of {plan.target_accept:g} and the seed "
        f"{evidence.study.seed}{f' ({named})' if named else ''}.{took} Refits under other priors and readings are "
        f"{'drawn with the field integrated out where that proves itself' if plan.variant_engine != 'nuts' else 'NUTS'}"
        ", and say so."
    )


def _row(finding: Finding) -> Row:
    seen = statistic(finding.statistic)
    shown = f"{seen} ({finding.statistic_says})" if finding.statistic_says and seen != NONE else seen
    return row(
        Cell(finding.check.replace("_", " ")),
        Cell(finding.verdict.value, badge=finding.verdict.value),
        minuses(finding.says),
        shown,
        number(statistic(finding.limit)),
    )
