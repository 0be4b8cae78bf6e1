"""Pictures, tables and checks call an indicator by its label."""

import json
import re
from dataclasses import replace

import pytest

from evaluation.reporting.report import write_report
from evaluation.terms import DefinitionBreak
from tests.unit.reporting.conftest import make_evidence, make_findings, make_registers

LABELS = {"victims_sexual": "Victims, sexual exploitation", "victims_labour": "Victims, forced labour"}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report whose register labels two of its four indicators."""
    view = make_registers()
    labelled = {name: replace(one, label=LABELS.get(name, "")) for name, one in view["indicators"].items()}
    broken = DefinitionBreak(
        unit="U00", indicators=("victims_sexual", "convicted"), from_period="2015", why="A new law of evidence."
    )
    one = make_evidence(
        registers={**view, "indicators": labelled, "breaks": (broken,)},
        findings=(replace(make_findings()[2], check="negative_control:victims_labour"), *make_findings()[:2]),
    )
    parts = (one.study, one.registers, one.panel, one.effect, one.variants, one.findings, one.claims, one.records)
    return write_report(*parts, tmp_path_factory.mktemp("labels")).read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    return page[page.index(f'<section id="{name}"') :].split("</section>")[0]


@pytest.mark.parametrize("name", ["effects", "units", "event_study", "counterfactual", "data", "readings", "measured"])
def test_a_label_stands_where_the_name_of_the_register_stood(name: str, page: str) -> None:
    told = section(page, name)
    assert "Victims, sexual exploitation" in told
    assert "Victims sexual" not in told


def test_an_indicator_without_a_label_is_called_by_its_name(page: str) -> None:
    assert "Prosecuted" in section(page, "effects")


def test_a_check_of_one_control_names_it_by_its_label(page: str) -> None:
    assert "negative control: Victims, forced labour" in section(page, "checks")
    assert "victims labour" not in page


def test_labels_in_a_row_are_told_apart(page: str) -> None:
    assert "Victims, sexual exploitation; Convicted" in re.sub(r"\s+", " ", section(page, "data"))


def test_differences_are_in_what_is_counted_or_in_counts_where_that_differs() -> None:
    evidence = make_evidence()
    assert evidence.counted_in(["prosecuted", "convicted"]) == "persons"
    units = json.dumps({"prosecuted": "persons / year", "convicted": "verdicts / year"})
    mixed = make_evidence(panel=evidence.panel.assign_attrs(units=units))
    assert mixed.counted_in(["prosecuted", "convicted"]) == "count"
