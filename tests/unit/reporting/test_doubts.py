"""The section on refits where nothing should be found."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.sections.doubts import doubts
from evaluation.reporting.sections.readings import readings
from tests.unit.reporting.conftest import make_variants
from tests.unit.reporting.test_report import MARK, blocks, failed, sections_of, write

NAMES = ("without:U01", "false_date:2", "false_adopters:1", "false_adopters:2")


def with_doubts() -> xr.Dataset:
    variants = make_variants()
    more = variants.isel(variant=[1] * len(NAMES)).assign_coords(variant=list(NAMES))
    more["percent"] = more["percent"] + xr.DataArray([0.0, 10.0, 60.0, -30.0], dims="variant")
    both = xr.concat([variants, more], dim="variant")
    engines = ["nutpie NUTS"] * variants.sizes["variant"] + ["field integrated out"] * 3 + ["nutpie NUTS"]
    return both.assign(engine=("variant", engines), state=("variant", ["sampled"] * len(engines)))


def rows_of(evidence: Evidence) -> dict[str, list[str]]:
    table = next(block for block in doubts(evidence).blocks if hasattr(block, "groups"))
    return {group.label: [one.cells[0].words for one in group.rows] for group in table.groups}


def test_each_family_has_its_rows_below_the_answer_and_false_adopters_are_in_order(make: SimpleNamespace) -> None:
    found = rows_of(make.evidence(variants=with_doubts()))
    assert found == {
        "One country left out": ["The answer above", "Without Country 1"],
        "Laws dated too early": ["The answer above", "2 periods early"],
        "Laws given to countries without": ["The answer above", "Draw 2", "Draw 1"],
    }


def test_it_says_how_they_were_made_and_what_was_never_tried(make: SimpleNamespace) -> None:
    said = str(doubts(make.evidence(variants=with_doubts())))
    assert "4 refits of the same compiled model, 3 with the field integrated out" in said
    assert "1 sampled with NUTS; largest R-hat 1.004" in said
    assert "no law was made up" in str(doubts(make.evidence()))


def test_other_models_are_not_counted_among_them(make: SimpleNamespace) -> None:
    """They stand among the checks, and are not the same model."""
    variants = with_doubts()
    other = variants.isel(variant=[1]).assign_coords(variant=["model:noise"]).assign(rhat_max=("variant", [1.4]))
    said = str(doubts(make.evidence(variants=xr.concat([variants, other], dim="variant"))))
    assert "4 refits of the same compiled model" in said
    assert "largest R-hat 1.004" in said


def test_they_stand_in_their_own_section_alone(make: SimpleNamespace) -> None:
    shown = str(readings(make.evidence(variants=with_doubts())))
    assert "Without" not in shown
    assert "Draw" not in shown
    assert "Prior: sceptical" in shown


def test_numbers_of_a_withheld_answer_are_withheld_here_too(make: SimpleNamespace, tmp_path: Path) -> None:
    held = replace(failed(make), variants=with_doubts())
    assert held.withheld
    section = sections_of(write(held, tmp_path))["doubts"]
    assert section.count("The sampler failed its checks") == 1
    rows = [row for table in blocks(section, "tbody") for row in blocks(table, "tr")]
    shown = [row for row in rows if re.search(r"[\u2212+]\d+\u202f%", row)]
    assert shown
    assert all(MARK in row for row in shown)
    figure = next(block for block in doubts(held).blocks if hasattr(block, "panels"))
    for panel in figure.panels:
        words = re.findall(r"<text[^>]*>([^<]+)</text>", panel.svg)
        assert not [word for word in words if "%" in word]
        assert "withheld" in panel.title


def test_a_refit_without_numbers_is_counted_not_drawn(make: SimpleNamespace) -> None:
    variants = with_doubts()
    state = variants["state"].values.astype(object)
    state[-1] = "failed"
    percent = variants["percent"].copy()
    percent[{"variant": -1}] = np.nan
    rhat = variants["rhat_max"].values.copy()
    rhat[-1] = np.nan  # of what was not drawn
    broken = variants.assign(percent=percent, state=("variant", state), rhat_max=("variant", rhat))
    evidence = make.evidence(variants=broken)
    assert rows_of(evidence)["Laws given to countries without"] == ["The answer above", "Draw 1"]
    assert "1 gave no numbers" in str(doubts(evidence))
    assert "R-hat" not in str(doubts(evidence))  # the only one that NUTS was to make
