"""The panel keeps the contract of docs/architecture.md, and an impossible one is refused with every reason."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from evaluation.panel.gather import gather
from evaluation.panel.registers import Registers, read_registers
from evaluation.panel.shape import design_of, shape
from evaluation.terms import DataError, Study
from tests.unit.panel.studies import HEADER, add_table, castle_doctrine, own, series, set_adoptions, simulated_ads

LAW = [{"unit": "FRA", "starts": "2013-01-01"}]
COUNTS = (
    HEADER + series("FRA", "50 51 52 40 41 42") + series("DEU", "60 61 <5 63 64 65") + series("ITA", "30 31 32 33 - 35")
)


def made(study: Study, data: Path) -> xr.Dataset:
    registers = read_registers(data)
    return shape(study, registers, gather(study, registers, data).observations, data)


def refused(study: Study, data: Path) -> str:
    with pytest.raises(DataError) as error:
        made(study, data)
    return str(error.value)


@pytest.fixture
def small(data: Path) -> Path:
    """Three countries, 2010-2015; France has the law from 2013."""
    add_table(data, COUNTS)
    set_adoptions(data, LAW)
    return data


@pytest.mark.parametrize("study", [castle_doctrine(), simulated_ads()], ids=lambda study: study.name)
def test_the_panel_has_every_variable_with_its_dims(study: Study, registers: Registers, facts_folder: Path) -> None:
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    cell, law = ("indicator", "unit", "time"), ("intervention", "unit", "time")
    expected = {
        **dict.fromkeys(("lower", "upper", "status", "base"), cell),
        **dict.fromkeys(("exposure", "exposure_enforced", "event_time"), law),
        "breaks": ("break", *cell),
        "covariates": ("covariate", "unit", "time"),
        **({"truth": cell} if study.simulated else {}),
    }
    assert {name: variable.dims for name, variable in panel.data_vars.items()} == expected
    assert {"unit_name", "region", "indicator_says", "role", "outcome", "asked"} <= set(panel.coords)
    assert panel["outcome"].values.tolist() == [True] + [False] * (panel.sizes["indicator"] - 1)
    assert all(isinstance(value, str) for value in panel.attrs.values())
    assert panel.attrs["simulated"] == ("true" if study.simulated else "false")
    assert bool((panel["base"] > 0).all())
    assert panel["status"].dtype == np.int8


@pytest.mark.parametrize("study", [castle_doctrine(), simulated_ads()], ids=lambda study: study.name)
def test_it_survives_the_disk(study: Study, registers: Registers, facts_folder: Path, tmp_path: Path) -> None:
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    panel.to_netcdf(tmp_path / "panel.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "panel.nc", engine="h5netcdf") as back:
        xr.testing.assert_identical(back.load(), panel)


def test_the_design_holds_no_outcome(small: Path) -> None:
    design = design_of(made(own(), small))
    assert not {"lower", "upper", "truth"} & set(design.variables)
    assert design["status"].sel(unit="DEU", indicator="prosecuted").values.tolist() == [1, 1, 2, 1, 1, 1]


def test_exposure_is_the_share_of_the_period_and_ends(small: Path) -> None:
    set_adoptions(small, [{"unit": "FRA", "starts": "2012-07-01", "ends": "2014-07-02", "intensity": 0.5}])
    law = made(own(), small).sel(unit="FRA", intervention="buyer_law")
    expected = np.array([0, 0, 184 / 366, 1, 182 / 365, 0]) * 0.5
    np.testing.assert_allclose(law["exposure"], expected)
    assert law["event_time"].values.tolist() == [-2, -1, 0, 1, 2, 3]


def test_never_treated_units_have_no_event_time(small: Path) -> None:
    assert made(own(), small)["event_time"].sel(unit=["DEU", "ITA"]).isnull().all()


def test_a_single_treated_unit_is_warned_about(small: Path) -> None:
    said = json.loads(made(own(), small).attrs["warnings"])
    assert any(text.startswith("Only one unit is treated (FRA)") for text in said)


def test_an_unconfirmed_date_is_warned_about(small: Path) -> None:
    set_adoptions(small, [{"unit": "FRA", "starts": "2013", "certainty": "low"}])
    said = json.loads(made(own(), small).attrs["warnings"])
    assert "The date of the law is not confirmed: FRA (2013)." in said


def test_what_is_adjusted_for_and_never_changes_is_dropped_and_said(small: Path) -> None:
    set_adoptions(small, [{"unit": "DEU", "starts": "2001"}], "partial_buyer_law")
    panel = made(own(question={"adjust_for": ("partial_buyer_law",)}), small)
    assert panel.intervention.values.tolist() == ["buyer_law"]
    assert any("Nothing is adjusted for 'partial_buyer_law'" in text for text in json.loads(panel.attrs["warnings"]))


def test_adoptions_are_listed_as_the_register_has_them(small: Path) -> None:
    adoptions = json.loads(made(own(), small).attrs["adoptions"])
    assert [(a["unit"], a["intervention"], a["starts"], a["certainty"]) for a in adoptions] == [
        ("FRA", "buyer_law", "2013-01-01", "high")
    ]


def test_a_unit_can_be_left_out_with_a_reason(small: Path) -> None:
    panel = made(own({"leave_out": {"ITA": "we know better"}}), small)
    assert panel.unit.values.tolist() == ["DEU", "FRA"]
    assert json.loads(panel.attrs["left_out"])["ITA"] == "we know better"
    assert json.loads(panel.attrs["unit_names"])["ITA"] == "Italy"
    assert set(json.loads(panel.attrs["unit_names"])) == set(json.loads(panel.attrs["left_out"]))


def test_the_covariate_is_log_income_per_head_standardised(small: Path) -> None:
    panel = made(own({"covariates": ("log_gdp_per_head",)}), small)
    values = panel["covariates"].sel(covariate="log_gdp_per_head")
    np.testing.assert_allclose([float(values.mean()), float(values.std())], [0, 1], atol=1e-12)
    assert (values.sel(unit="DEU") > values.sel(unit="ITA")).all()


def test_a_gap_in_the_base_is_filled_and_said(small: Path) -> None:
    file = small / "raw" / "world_bank.csv"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines(True) if not line.startswith("ITA,2012,")]
    file.write_text("".join(lines), encoding="utf-8")
    panel = made(own(), small)
    base = panel["base"].sel(indicator="prosecuted", unit="ITA")
    np.testing.assert_allclose(base.sel(time="2012"), np.sqrt(base.sel(time="2011") * base.sel(time="2013")).values)
    assert "1 cells of population are filled from the unit's other periods." in json.loads(panel.attrs["warnings"])


@pytest.mark.parametrize(
    ("adoptions", "says"),
    [
        ([{"unit": "FRA", "starts": "2016-04-14"}], "starts in 2016-04-14, after the window ends in 2015"),
        (
            [{"unit": "FRA", "starts": "1999-01-01"}],
            "starts in 1999-01-01 at the latest, before the window begins in 2010",
        ),
        ([], "no unit of the study has 'buyer_law'"),
        ([{"unit": "FRA", "starts": "2013", "within": "Paris"}], "no unit of the study has 'buyer_law'"),
        ([{"unit": "FRX", "starts": "2013"}], "'FRX' has 'buyer_law' and is not in countries; did you mean 'FRA'?"),
        ([{"unit": "SWE", "starts": "2013"}], "no unit can count as treated by buyer_law"),
        ([{"unit": "FRA", "starts": "2010-06-01"}], "no unit can count as treated by buyer_law"),
    ],
)
def test_a_law_that_cannot_be_seen_is_refused(small: Path, adoptions: list[dict[str, object]], says: str) -> None:
    set_adoptions(small, adoptions)
    assert says in refused(own(), small)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (series("FRA", "7 7 7 7 7 7") + series("DEU", "7 7 7 7 7 7"), "is 7 in every cell: no variation"),
        (
            series("FRA", "<5 <5 <5 <5 <5 <5") + series("DEU", "<5 <5 <5"),
            "every cell of indicator 'prosecuted' is suppressed",
        ),
    ],
)
def test_an_indicator_that_cannot_tell_anything_is_refused(data: Path, counts: str, says: str) -> None:
    add_table(data, HEADER + counts)
    set_adoptions(data, LAW)
    assert says in refused(own(), data)


def test_figures_that_are_no_whole_numbers_are_refused(data: Path) -> None:
    register = data / "registers" / "indicators.yaml"
    register.write_text(register.read_text(encoding="utf-8").replace("kind: count", "kind: score"), encoding="utf-8")
    add_table(data, COUNTS.replace(",51\n", ",51.5\n"))
    set_adoptions(data, LAW)
    said = refused(own(), data)
    assert "indicator 'prosecuted' has figures that are not whole (51.5): models count whole things" in said
    assert "give it in tenths or hundredths" in said


def test_wrong_names_are_refused_all_at_once(small: Path) -> None:
    said = refused(own({"units": ("FRA", "DUE"), "covariates": ("log_gdp",), "bases": ()}), small)
    assert "unit 'DUE' is not in countries; did you mean 'DEU'?" in said
    assert "covariate 'log_gdp' is not known; did you mean 'log_gdp_per_head'?" in said
    assert "is counted against 'population', which no base table of the study has" in said


def test_an_indicator_nobody_reports_in_the_window_is_refused(small: Path) -> None:
    assert "no year from 2016 to 2021 reports 'prosecuted'" in refused(own({"span": ("2016", "2021")}), small)


def test_a_base_table_with_errors_is_refused_with_all_of_them(small: Path) -> None:
    file = small / "raw" / "world_bank.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "FRA,2050,many,\nDEU,2050,-4,\nDEU,2050,5,\n", encoding="utf-8")
    said = refused(own(), small)
    assert "population 'many' is not a number" in said
    assert "population '-4' is not above 0" in said
    assert "DEU in 2050 stands more than once" in said


def test_castle_has_the_published_size(registers: Registers, facts_folder: Path) -> None:
    study = castle_doctrine()
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    assert dict(panel.sizes) | {"covariate": 0} == dict(panel.sizes)
    assert (panel.sizes["unit"], panel.sizes["time"]) == (50, 11)
    assert len(json.loads(panel.attrs["treated"])) == 21
    assert set(panel["region"].values) == {"Northeast", "Midwest", "South", "West"}
    assert int(panel["lower"].sel(indicator="homicide", unit="AL", time="2000")) == 329


def test_castle_counts_agree_with_the_published_case(cases: Path, registers: Registers, facts_folder: Path) -> None:
    import pandas as pd

    study = castle_doctrine()
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    case = pd.read_csv(cases / "castle_doctrine" / "castle.csv").set_index(["state", "year"])
    names = panel["unit_name"].values
    order = [(name, int(year)) for name in names for year in panel.time.values]
    here = case.loc[order]
    assert (panel["lower"].sel(indicator="homicide").values.ravel() == here["homicide_c"].to_numpy()).all()
    assert (panel["base"].sel(indicator="homicide").values.ravel() == here["population"].to_numpy()).all()
    rate = panel["lower"].sel(indicator="larceny").values.ravel() / here["population"].to_numpy() * 1e5
    np.testing.assert_allclose(rate, here["larceny"], rtol=1e-4)
    share = panel["exposure"].sel(intervention="castle_law").values.ravel()
    np.testing.assert_allclose(share, here["cdl"].fillna(0), atol=0.5 / 365 + 1e-6)
