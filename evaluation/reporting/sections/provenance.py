"""Provenance: which figures, which settings, which versions, and how to run it again."""

from collections.abc import Mapping
from typing import Any

from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, day, seconds
from evaluation.reporting.page import Block, Cell, Heading, Section, Text, number, row, settings, table
from evaluation.terms import write_record


@section("provenance")
def provenance(evidence: Evidence) -> Section:
    """Sources, stages, versions, settings, commands."""
    blocks: list[Block] = [
        Text("Everything needed to run this evaluation again, or to show that it was run on other figures."),
        Heading("Registered in advance"),
        *_registered(evidence),
        *_sources(evidence),
        *_stages(evidence),
        *_versions(evidence),
        Heading("Settings"),
        _settings(evidence),
        Heading("Run it again"),
        _commands(evidence),
        Text(
            f"The draws are kept: those of the posterior in data/studies/{evidence.study.name}/fit.nc, those of the "
            "change in effect.nc beside it. With the same seed, versions and machine they come out the same."
        ),
    ]
    return Section("provenance", "Provenance", tuple(blocks))


def _registered(evidence: Evidence) -> list[Block]:
    told = evidence.registers.get("registered")
    if not told:
        text = (
            "Not registered in advance: question, model, priors and checks may have been chosen after the outcomes "
            "were seen. `evaluation lock` registers a plan."
        )
        return [Text(text, tone="warning")]
    at = f", at commit {told['commit'][:10]}" if told["commit"] else ", outside git"
    text = f"The plan was locked on {day(told['locked'])}{at}{' with changes' if told['changed'] else ''}."
    if told["outcomes_shaped"]:
        text += " By then the study had been run here: its outcomes may have been seen."
    if told["again"]:
        text += (
            f" It was locked again on {', '.join(map(day, told['again']))}; deviations are told from the first lock."
        )
    found = told["deviations"]
    blocks: list[Block] = [Text(text if found else f"{text} Nothing was changed since.")]
    if found:
        rows = [row(Cell(one["item"], code=True), one["locked"], one["now"]) for one in found]
        blocks.append(table("Every deviation from the locked plan.", ("Item", "As locked", "As reported here"), *rows))
    return blocks


def _sources(evidence: Evidence) -> list[Block]:
    register = evidence.registers.get("sources", {})
    rows = []
    for name in evidence.source_names:
        source = register.get(name)
        if source is None:
            rows.append(row(name, *[NONE] * 4))
            continue
        rows.append(
            row(Cell(name), source.citation, source.vintage, source.licence, Cell(source.sha256[:12], code=True))
        )
    if not rows:
        return [Text("No source is named.", tone="warning")]
    columns = ("Source", "Citation", "Vintage", "Licence", "sha256, first 12")
    return [table("Sources of every figure used.", columns, *rows)]


def _stages(evidence: Evidence) -> list[Block]:
    rows = []
    for record in evidence.records:
        spent = record.get("seconds")
        rows.append(
            row(
                Cell(str(record.get("stage", NONE))),
                number(seconds(float(spent)) if spent is not None else NONE),
                _commit(record.get("git") or {}),
                str(record.get("finished") or NONE).replace("T", " ").replace("+00:00", " UTC"),
                _hashes(record.get("outputs") or {}),
            )
        )
    if not rows:
        return [Text("The stages left no records.", tone="warning")]
    columns = ("Stage", "Took", "Commit", "Finished", "Wrote (sha256, first 12)")
    return [table("The stages that led here.", columns, *rows)]


def _commit(git: Mapping[str, Any]) -> str:
    """The commit a stage ran at, and whether the files then differed from it."""
    if not git.get("commit"):
        return "outside git"
    return str(git["commit"])[:10] + (" with changes" if git.get("dirty") else "")


def _hashes(outputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{str(name).rsplit('/', 1)[-1]} {str(value)[:12]}" for name, value in outputs.items()) or NONE


def _versions(evidence: Evidence) -> list[Block]:
    found: dict[str, str] = {}
    for record in evidence.records:
        found.update({str(name): str(version) for name, version in (record.get("versions") or {}).items()})
    if not found:
        return []
    named = ", ".join(f"{name} {version}" for name, version in sorted(found.items()))
    return [Text(f"Packages: {named}. Seed of the study: {evidence.study.seed}.")]


def _settings(evidence: Evidence) -> Block:
    rows = [row(Cell(name, code=True), value) for name, value in settings(write_record(evidence.study))]
    return table("Every setting of the study.", ("Setting", "Value"), *rows, folded=f"All {len(rows)} settings")


def _commands(evidence: Evidence) -> Block:
    name = evidence.study.name
    prior = "sceptical" if "sceptical" not in str(evidence.study.model.settings) else "wide"
    told = {
        "make evaluation": "sets up the environment from the lock and runs every study",
        f"evaluation run {name}": "runs this study's stages, those that are out of date",
        f"evaluation show {name}": "prints the claims in the terminal",
        f"evaluation run {name} model.effect.prior={prior}": "the same question, another prior, a place of its own",
    }
    rows = [row(Cell(command, code=True), words) for command, words in told.items()]
    return table("Commands, from the project's folder.", ("Type", "What it does"), *rows)
