"""Did it move elsewhere: three parts that add up, where things turned up, and what is said where nobody asked."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Section, all_rows
from evaluation.reporting.sections.displacement import displacement
from evaluation.terms.study import ModelPlan


def part(difference: float, percent: float, **coords: list[str]) -> xr.Dataset:
    size = tuple(len(labels) for labels in coords.values())
    even = np.linspace(-1, 1, 2 * 201).reshape(2, 201, *([1] * len(size)))
    noise = np.broadcast_to(even, (2, 201, *size))
    dims = ("chain", "draw", *coords)
    values = {"percent": percent + noise, "difference": difference + noise}
    return xr.Dataset({name: (dims, value) for name, value in values.items()}, coords=coords)


@pytest.fixture
def moved(make: SimpleNamespace) -> Evidence:
    """Of 500 that went, 300 turned up next door: U00 and U01 have the law, U02 lies between them."""
    evidence: Evidence = make.evidence()
    nodes = {
        "own": part(-500, -40),
        "spill_over": part(300, 12),
        "net": part(-200, -6),
        "own_indicator": part(-250, -40, indicator=["prosecuted", "convicted"]),
        "spill_over_indicator": part(150, 12, indicator=["prosecuted", "convicted"]),
        "net_indicator": part(-100, -6, indicator=["prosecuted", "convicted"]),
        "spill_over_unit": part(300, 12, unit=["U02"]),
    }
    tree = xr.DataTree.from_dict({name: node.to_dataset() for name, node in evidence.effect.children.items()} | nodes)
    tree.attrs = dict(evidence.effect.attrs)
    units = evidence.panel["unit"].values
    weights = np.zeros((len(units), len(units)))
    weights[2, [0, 5]] = 1.0  # half of what lies round U02 is under the law
    panel = evidence.panel.assign_coords(neighbour=units).assign(weights=(("unit", "neighbour"), weights))
    study = replace(evidence.study, model=ModelPlan(name="displacement"))
    return replace(evidence, effect=tree, panel=panel, study=study)


def test_of_a_hundred_that_went_so_many_turned_up(moved: Evidence) -> None:
    said = displacement(moved).text[0]
    assert "Of every 100 persons that went, about 60 turned up elsewhere." in said
    assert "in neighbouring countries" in said
    assert "probability that fewer were left in all is above 0.99" in said


def test_parts_stand_with_their_outcomes_and_with_the_counts_that_add_up(moved: Evidence) -> None:
    parts = {row.cells[0].words: [cell.words for cell in row.cells] for row in all_rows(displacement(moved).tables[0])}
    assert [label for label in parts if ":" not in label] == [
        "Where the law was, by itself", "Spilled over", "Net of both"
    ]  # fmt: skip
    assert "Spilled over: Prosecuted" in parts
    counts = [parts[name][3] for name in ("Where the law was, by itself", "Spilled over", "Net of both")]
    assert counts == ["\u2212500.0", "+300.0", "\u2212200.0"]


def test_neighbours_are_told_with_how_far_they_are_surrounded(moved: Evidence) -> None:
    (where,) = [one for one in displacement(moved).tables if "each" in one.caption]
    (beside,) = all_rows(where)
    assert [cell.words for cell in beside.cells[:3]] == ["Country 2", "50\u202f%", "+12.0\u202f%"]


def test_rivals_are_named(moved: Evidence) -> None:
    study = replace(moved.study, model=ModelPlan(name="displacement", settings={"rivals": ["convicted"]}))
    between = replace(moved, study=study, panel=moved.panel.drop_vars("weights"))
    assert "among Convicted" in displacement(between).text[0]
    assert len(displacement(between).tables) == 1


def test_where_nobody_asked_that_is_said(make: SimpleNamespace) -> None:
    section: Section = displacement(make.evidence())
    assert not section.tables
    assert not section.figures
    assert "that is assumed here, not found" in section.text[0]
