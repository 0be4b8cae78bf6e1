"""Outlines of countries: from TopoJSON to a tidy table, small ones as a point."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evaluation.panel.sources import import_source
from evaluation.panel.sources.natural_earth import read_world
from evaluation.terms import DataError

ROOT = Path(__file__).parents[3]
# Two countries that share the border from (1, 0) to (1, 1); the second walks it backwards.
SHARED = [[1, 0], [0, 1]]
LEFT = [[1, 1], [-1, 0], [0, -1], [1, 0]]
RIGHT = [[1, 1], [1, 0], [0, -1], [-1, 0]]
CODES = [["AA", "AAA", "001"], ["BB", "BBB", "002"], ["CC", "CCC", "003"]]


def topology(*named: tuple[str, str, list]) -> dict:
    shapes = [
        {"type": "Polygon", "id": code, "properties": {"name": name}, "arcs": [arcs]} for code, name, arcs in named
    ]
    return {
        "transform": {"scale": [10.0, 10.0], "translate": [0.0, 0.0]},
        "arcs": [SHARED, LEFT, RIGHT],
        "objects": {"countries": {"geometries": shapes}},
    }


def made() -> pd.DataFrame:
    coarse = topology(("001", "Left", [0, 1]), ("002", "Right", [-3, -1]), ("010", "Antarctica", [0, 1]))
    fine = topology(("003", "Small", [0, 1]), ("001", "Left", [0, 1]))
    return read_world(coarse, fine, CODES)


def test_arcs_become_outlines_and_are_walked_backwards_where_asked():
    table = made().set_index("unit")
    assert table.loc["AAA", "shape"] == "MULTIPOLYGON (((10 0, 10 10, 0 10, 0 0, 10 0)))"
    assert table.loc["BBB", "shape"] == "MULTIPOLYGON (((10 0, 20 0, 20 10, 10 10, 10 0)))"
    assert tuple(table.loc["AAA", ["longitude", "latitude"]]) == (5.0, 5.0)


def test_whoever_is_too_small_for_the_coarse_file_is_a_point():
    small = made().set_index("unit").loc["CCC"]
    assert small["shape"] == ""
    assert (small["longitude"], small["latitude"]) == (5.0, 5.0)


def test_antarctica_is_left_out():
    assert "Antarctica" not in set(made()["name"])


def test_the_importer_writes_a_table_and_its_card(tmp_path):
    (tmp_path / "countries-110m.json").write_text(json.dumps(topology(("001", "Left", [0, 1]))))
    (tmp_path / "countries-10m.json").write_text(json.dumps(topology(("001", "Left", [0, 1]))))
    (tmp_path / "codes.json").write_text(json.dumps(CODES))
    (tmp_path / "data" / "raw").mkdir(parents=True)
    table, register = import_source("natural_earth", tmp_path / "countries-110m.json", tmp_path / "data")
    assert table.read_text().splitlines()[1].startswith("AAA,Left,5.0,5.0,")
    assert "public domain" in register.read_text()


def test_a_missing_neighbour_is_said(tmp_path):
    (tmp_path / "countries-110m.json").write_text("{}")
    with pytest.raises(DataError, match=r"countries-10m\.json"):
        import_source("natural_earth", tmp_path / "countries-110m.json", tmp_path)


def test_every_country_of_the_figures_is_on_the_map():
    known = set(pd.read_csv(ROOT / "data/raw/world_map.csv", keep_default_na=False)["unit"])
    named = set(pd.read_csv(ROOT / "data/raw/countries.csv", keep_default_na=False)["unit"])
    assert sorted(named - known) == []
