"""A site of three small studies, made of constructed claims through the code that writes real ones."""

from dataclasses import replace
from pathlib import Path

import xarray as xr

from evaluation.conclusions.portfolio import portfolio
from evaluation.pipeline.site import facts
from evaluation.reporting.report import write_report
from evaluation.reporting.site.entry import Entry, Link, entry_of
from evaluation.reporting.site.write import write_site
from evaluation.terms import Study
from evaluation.terms.evidence import Finding, Strength, Verdict
from evaluation.terms.portfolio import Portfolio, StudyResult
from tests.unit.reporting.conftest import (
    make_claims,
    make_effect,
    make_findings,
    make_panel,
    make_records,
    make_registers,
    make_study,
    make_variants,
)

ROOT = Path(__file__).parents[2]
COUNTRIES = ("NOR", "FRA", "ISR", "CAN", "DNK", "NLD", "BEL", "AUT", "PRT", "CZE", "ESP", "POL")


WORDY = Finding(
    check="breakdown",
    family="trend",
    assumption="no_differential_trend",
    verdict=Verdict.UNKNOWN,
    says="The answer would no longer exclude none if trends parted after the laws more than 0.38 times as fast as they "
    "ever did before. But these data cannot tell how fast that was: had trends not parted, it would be 0.35.",
    statistic=0.382,
    statistic_says="times as fast as before the laws that trends may part after them until the answer holds none; not "
    "sampled with NUTS: last_before:dropped (field integrated out)",
    limit=1.0,
    advice="Look at the first periods under the laws in the event-time plot: trends had less time to part there.",
)  # as long as what a study says


def make_site(out: Path) -> Path:
    """Fill a folder with the pages of the site, and the report of one study."""
    studies = made_entries()
    write_made_report(studies[0].study, out / studies[0].study.name)
    for one in studies[1:]:
        (out / one.study.name).mkdir()
        (out / one.study.name / "report.html").write_text("<!doctype html><title>report</title>")
    write_site(studies, made_portfolio(studies), facts(ROOT), out)
    return out


def made_entries() -> list[Entry]:
    """One real study of countries, one whose claims are withheld, one of simulated data."""
    claims = make_claims()
    question = make_study().question
    partly = replace(question, interventions=("platform_liability",), adjust_for=(), assertions=())
    made_up = replace(question, interventions=("simulated_grid_programme",), adjust_for=(), assertions=())
    held = tuple(replace(one, strength=Strength.WITHHELD, estimate=None, lower=None, upper=None) for one in claims[:1])
    asserted = tuple(replace(one, name="assertion:buyer_law_demand_falls_60") for one in claims[2:])
    return [
        _entry(make_study(), (*claims[:2], *asserted)),
        _entry(make_study(name="platforms", title="Closed platforms", question=partly), held),
        _entry(make_study(name="grid", title="A made-up grid", question=made_up, simulated=True), claims[:1]),
    ]


def _entry(study: Study, claims: tuple) -> Entry:
    links = (Link(words="Full report", href=f"{study.name}/report.html"),)
    return entry_of(study, claims, made_design(study), finished="2025-05-01", links=links)


def made_design(study: Study) -> xr.Dataset:
    """The design of a study of countries: the panel of the report's tests without its counts."""
    panel = make_panel(study).drop_vars(["lower", "upper"]).assign_coords(unit=list(COUNTRIES))
    names = [study.question.interventions[0], "partial_buyer_law"]
    return panel.assign_coords(intervention=names).assign_attrs(left_out='{"SWE": "in force before the figures begin"}')


def write_made_report(study: Study, out: Path) -> None:
    panel = make_panel(study)
    write_report(
        study, make_registers(), panel, make_effect(panel, study), make_variants(), (*make_findings(), WORDY),
        make_claims(), make_records(), out,
    )  # fmt: skip


def made_portfolio(entries: list[Entry]) -> Portfolio:
    """What the studies say together."""
    results = [StudyResult(study=one.study, claims=one.claims) for one in entries]
    known = facts(ROOT)
    registers = {"assertions": known.assertions, "indicators": known.indicators}
    return portfolio(results, known.tactics, known.interventions, **registers)
