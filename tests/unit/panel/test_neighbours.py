"""Neighbours: the table as it is kept, and what is refused of a user's own."""

from pathlib import Path

import pandas as pd
import pytest

from evaluation.panel.gather import gather
from evaluation.panel.neighbours import matrix, read_neighbours
from evaluation.panel.registers import Registers, read_registers
from evaluation.panel.shape import design_of, shape
from evaluation.panel.sources.geonames import read_neighbours as from_geonames
from evaluation.terms import DataError, NeighboursPlan
from tests.unit.panel.studies import add_table, buyer_laws


def borders(facts_folder: Path) -> pd.DataFrame:
    units = pd.read_csv(facts_folder / "raw" / "countries.csv")["unit"].tolist()
    return read_neighbours(facts_folder / "raw" / "neighbours.csv", "border", units)


def test_borders_are_those_of_the_map(facts_folder: Path) -> None:
    pairs = borders(facts_folder)
    beside = {unit: set(rows["neighbour"]) for unit, rows in pairs.groupby("unit")}
    assert beside["NOR"] == {"SWE", "FIN", "RUS"}
    assert beside["FRA"] >= {"BEL", "LUX", "DEU", "CHE", "ITA", "ESP"}
    assert beside["PRT"] == {"ESP"}
    assert not {"ISL", "JPN", "AUS"} & set(beside)
    assert {(one, other) for one, others in beside.items() for other in others} == {
        (other, one) for one, others in beside.items() for other in others
    }  # a border has two sides


def test_a_study_that_names_them_has_them_on_its_panel_and_on_its_design(
    registers: Registers, facts_folder: Path
) -> None:
    study = buyer_laws({"neighbours": NeighboursPlan(source="neighbours", kind="border")})
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    assert panel["weights"].dims == ("unit", "neighbour")
    assert panel["weights"].sel(unit="DEU", neighbour=["FRA", "PRT"]).values.tolist() == [1.0, 0.0]
    assert set(panel["neighbour"].values) == set(panel["unit"].values)
    assert "weights" in design_of(panel)
    assert '"neighbours"' in panel.attrs["sources"]


def test_what_is_wrong_with_a_table_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("unit,neighbour,weight\nA,B,1\nA,B,2\nB,B,1\nC,X,1\nB,Y,-1\nB,C,many\n")
    with pytest.raises(DataError) as error:
        read_neighbours(file, "", ["A", "B", "C"])
    told = str(error.value)
    assert "has not: X, Y" in told
    assert "rows 6, 7" in told  # of the weights
    assert "A and B stand together twice" in told
    assert "its own neighbour" in told


def test_a_kind_is_asked_for_by_its_name(facts_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="did you mean 'border'"):
        read_neighbours(facts_folder / "raw" / "neighbours.csv", "borders", [])
    with pytest.raises(DataError, match="several kinds: border, distance, language"):
        read_neighbours(facts_folder / "raw" / "neighbours.csv", "", [])
    (tmp_path / "bare.csv").write_text("unit,weight\nA,1\n")
    with pytest.raises(DataError, match="column 'neighbour' is missing"):
        read_neighbours(tmp_path / "bare.csv", "", ["A"])


def test_a_source_that_no_register_knows_is_named(data: Path) -> None:
    add_table(data, "unit,neighbour,weight\nNOR,SWE,1\n", "my_neighbours")
    study = buyer_laws({"neighbours": NeighboursPlan(source="my_neighbour")})
    with pytest.raises(DataError, match="did you mean 'my_neighbours'"):
        gather(study, read_registers(data), data)


def test_geonames_gives_borders_distances_and_languages() -> None:
    countries = {
        "AA": {"iso": "AA", "iso3": "AAA", "name": "A", "capital": "Ahem", "neighbours": "BB", "languages": "en-AA,fr"},
        "BB": {"iso": "BB", "iso3": "BBB", "name": "B", "capital": "Behem", "neighbours": "AA", "languages": "en"},
        "CC": {"iso": "CC", "iso3": "CCC", "name": "C", "capital": "Cehem", "neighbours": "", "languages": "fr"},
    }
    cities = {
        str(number): {
            "countrycode": code, "name": name, "alternatenames": [], "latitude": 0.0, "longitude": east,
            "population": 1,
        }
        for number, (code, name, east) in enumerate([("AA", "Ahem", 0), ("BB", "Behem", 90), ("CC", "Other", 180)])
    }  # fmt: skip
    found = from_geonames(countries, cities, ["AAA", "BBB", "CCC"])
    of = {kind: matrix(rows, ["AAA", "BBB", "CCC"]).values for kind, rows in found.groupby("kind")}
    assert of["border"].tolist() == of["language"].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    quarter = 40_030 / 4  # km: of the way round the equator
    assert of["distance"][0].tolist() == pytest.approx([0, 1000 / quarter, 500 / quarter], rel=1e-2)
