"""An earlier edition of the counts: read by the same rules, laid beside the panel, and never in its place."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from evaluation.panel.gather import gather
from evaluation.panel.registers import Registers, read_registers
from evaluation.panel.shape import design_of, shape
from evaluation.terms import DataError, Study
from evaluation.terms.panel import EARLIER
from tests.unit.panel.studies import CARD, HEADER, add_table, buyer_laws, own, series, set_adoptions

NOW = (
    HEADER + series("FRA", "50 51 52 40 41 42") + series("DEU", "60 61 <5 63 64 65") + series("ITA", "30 31 32 - 34 35")
)
#                        revised      reported later       revised from hidden, and to        withdrawn since
THEN = (
    HEADER + series("FRA", "50 55 52 40 41 -") + series("DEU", "60 <5 7 63 64 65") + series("ITA", "30 31 32 33 34 -")
)
STUDY = own({"earlier": ("before",)})


def made(study: Study, data: Path) -> xr.Dataset:
    registers = read_registers(data)
    return shape(study, registers, gather(study, registers, data).observations, data)


@pytest.fixture
def both(data: Path) -> Path:
    """Three countries, 2010-2015, in two editions; France has the law from 2013."""
    add_table(data, NOW)
    add_table(data, THEN, "before")
    set_adoptions(data, [{"unit": "FRA", "starts": "2013-01-01"}])
    return data


def cells(panel: xr.Dataset, name: str) -> dict[str, list[float]]:
    return {unit: panel[name].sel(unit=unit, indicator="prosecuted").values.tolist() for unit in panel.unit.values}


def test_each_cell_has_what_the_earlier_edition_says_of_it(both: Path) -> None:
    panel = made(STUDY, both)
    nan = pytest.approx(np.nan, nan_ok=True)
    assert cells(panel, "earlier_status") == {
        "FRA": [1, 1, 1, 1, 1, 0],
        "DEU": [1, 2, 1, 1, 1, 1],
        "ITA": [1, 1, 1, 1, 1, 0],
    }
    assert cells(panel, "earlier_lower")["FRA"] == [50, 55, 52, 40, 41, nan]
    assert cells(panel, "earlier_lower")["DEU"] == [60, 0, 7, 63, 64, 65]
    assert cells(panel, "earlier_upper")["DEU"] == [60, 4, 7, 63, 64, 65]
    assert cells(panel, "earlier_upper")["ITA"] == [30, 31, 32, 33, 34, nan]
    assert panel["earlier_status"].dtype == np.int8


def test_everything_else_is_as_without_it(both: Path) -> None:
    panel, plain = made(STUDY, both), made(own(), both)
    assert not set(EARLIER) & set(plain.variables)
    assert "earlier" not in plain.attrs
    xr.testing.assert_equal(panel.drop_vars(EARLIER), plain)
    changed = {name for name, value in panel.attrs.items() if plain.attrs.get(name) != value}
    assert changed == {"earlier", "sources"}
    assert json.loads(panel.attrs["earlier"]) == {"before": CARD["vintage"]}
    assert json.loads(panel.attrs["sources"]) == ["own", "before", "world_bank", "countries"]


def test_the_design_holds_nothing_of_it(both: Path) -> None:
    xr.testing.assert_equal(design_of(made(STUDY, both)), design_of(made(own(), both)))


def test_it_survives_the_disk(both: Path, tmp_path: Path) -> None:
    panel = made(STUDY, both)
    panel.to_netcdf(tmp_path / "panel.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "panel.nc", engine="h5netcdf") as back:
        xr.testing.assert_identical(back.load(), panel)


def test_who_stands_in_the_panel_is_not_chosen_by_it(both: Path) -> None:
    few = HEADER + series("FRA", "50 - - - - -")
    (both / "raw" / "before.csv").write_text(few, encoding="utf-8")
    panel = made(STUDY, both)
    assert panel.unit.values.tolist() == ["DEU", "FRA", "ITA"]
    assert int((panel["earlier_status"] != 0).sum()) == 1


def test_all_problems_of_both_editions_come_at_once(both: Path) -> None:
    add_table(both, HEADER + series("NRO", "1"), "own")
    add_table(both, HEADER + series("FRA", "-1"), "before")
    with pytest.raises(DataError) as error:
        made(STUDY, both)
    assert "own.csv" in str(error.value)
    assert "before.csv" in str(error.value)


def test_an_edition_of_something_else_is_refused(both: Path) -> None:
    add_table(both, HEADER + series("FRA", "1 2 3", 1990), "before")
    with pytest.raises(DataError, match="no year from 2010 to 2015 reports any indicator"):
        made(STUDY, both)


def test_one_cell_in_two_earlier_editions_is_refused(both: Path) -> None:
    add_table(both, THEN, "long_before")
    with pytest.raises(DataError, match="prosecuted of DEU in 2010 stands in before and long_before"):
        made(own({"earlier": ("before", "long_before")}), both)


def test_contradictions_of_the_earlier_edition_are_questioned_by_the_same_rules(
    registers: Registers, facts_folder: Path
) -> None:
    study = buyer_laws({"earlier": ("unodc_glotip_2023",)})
    found = gather(study, registers, facts_folder)
    alone = gather(buyer_laws({"observations": ("unodc_glotip_2023",)}), registers, facts_folder)
    then = found.observations[found.observations["source"] == "unodc_glotip_2023"].reset_index(drop=True)
    assert then.equals(alone.observations)
    assert int((then["status"] == 3).sum()) > 0
    assert found.questioned == gather(buyer_laws(), registers, facts_folder).questioned  # those of the edition in use


def test_the_irish_victims_of_2017_were_revised(registers: Registers, facts_folder: Path) -> None:
    """The release of 2023 has 103 victims of sexual exploitation, that of 2025 has 31: in the year of the law."""
    study = buyer_laws({"earlier": ("unodc_glotip_2023",)})
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    cell = panel.sel(indicator="victims_sexual", unit="IRL", time="2017")
    assert (float(cell["earlier_lower"]), float(cell["lower"])) == (103, 31)
    assert float((panel["earlier_status"].isin([1, 2]) & panel["status"].isin([1, 2])).sum()) > 3000
