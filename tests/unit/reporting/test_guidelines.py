"""The technical page and the Bayesian analysis reporting guidelines, item by item (docs/guides/reporting.md)."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from evaluation.pipeline.described import described
from evaluation.reporting.book import OWN
from evaluation.reporting.evidence import Evidence
from tests.unit.reporting.test_funder_pages import asking, write

GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "reporting.md").read_text(encoding="utf-8")
ITEMS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in GUIDE.splitlines()
    if re.match(r"\| (Preamble|\d) ?", line)
]
STEPS = {"Preamble": 2, "1 Model": 5, "2 Computation": 4, "3 Posterior": 3, "4 Decisions": 5, "5 Sensitivity": 5,
         "6 Reproducible": 7}  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    from tests.unit.reporting.conftest import make_evidence

    evidence: Evidence = make_evidence()
    told = {**evidence.registers, "model": described("staggered")}
    out = tmp_path_factory.mktemp("report")
    write(asking(replace(evidence, registers=told), audience="technical"), out)
    return (out / "report.html").read_text(encoding="utf-8")


def test_every_item_of_every_step_has_its_place():
    counted = {step: sum(item[0] == step for item in ITEMS) for step in STEPS}
    assert counted == STEPS


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item[0]} {item[1]}")
def test_the_section_an_item_is_said_to_be_in_is_in_the_report(item, page):
    (section,) = re.findall(r"`(\w+)`", item[2])
    assert section in OWN
    assert f'<section id="{section}"' in page
    for other in re.findall(r"`([a-z_]+)`", item[3]):
        assert other in OWN


def test_sections_follow_the_steps_after_the_answer():
    assert OWN[0] == "headline"
    model, sensitivity = ("measured", "data", "model", "rehearsal"), ("readings", "doubts")
    groups = [model, ("computation", "checks"), ("effects",), sensitivity, ("provenance",)]
    places = [[OWN.index(name) for name in group] for group in groups]
    assert all(max(one) < min(following) for one, following in pairwise(places))


def test_the_model_is_stated_with_its_equations_and_its_priors(page):
    model = page[page.index('<section id="model"') : page.index('<section id="rehearsal"')]
    assert "count[k,u,t] ~ Poisson(" in model
    assert "effect.prior" in model
    assert "What did it change in the units that adopted it" in model


def test_the_computation_names_chains_seed_and_what_the_checks_of_the_sampler_saw(page):
    told = page[page.index('<section id="computation"') : page.index('<section id="checks"')]
    assert "4 chains of 1,250 draws after 200 for tuning" in told
    assert "the seed 7" in told
    assert "largest split R-hat" in told
    assert "pymc 6.3.0" in told
