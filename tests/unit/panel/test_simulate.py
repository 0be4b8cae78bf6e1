"""The simulated cities are what their card says, and their truth is the effect that made them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.panel.gather import gather
from evaluation.panel.registers import Registers
from evaluation.panel.shape import shape
from evaluation.panel.simulate import ENDS, FIRST, MONTHS, STARTS, simulate, write_simulated
from tests.unit.panel.studies import simulated_ads


def test_the_tables_are_what_the_seed_makes(data: Path) -> None:
    before = {file.name: file.read_bytes() for file in (data / "raw").glob("simulated_ads*.csv")}
    register = (data / "registers" / "sources.yaml").read_bytes()
    assert len(before) == 4
    write_simulated(data)
    assert {file.name: file.read_bytes() for file in (data / "raw").glob("simulated_ads*.csv")} == before
    assert (data / "registers" / "sources.yaml").read_bytes() == register


def test_another_seed_makes_another_world() -> None:
    assert not simulate(1).counts.equals(simulate(2).counts)


def test_the_register_starts_the_programme_where_the_simulation_does(registers: Registers) -> None:
    months = pd.period_range(FIRST, periods=MONTHS, freq="M").astype(str)
    expected = {
        f"SIM{city + 1:02d}": (months[start], months[ENDS[city]] if city in ENDS else None)
        for city, start in STARTS.items()
    }
    adoptions = registers.interventions["simulated_programme"].adoptions
    assert {a.unit: (a.starts, a.ends) for a in adoptions} == expected


def test_the_truth_acts_where_the_programme_is_in_force_and_on_advertisements_only(
    registers: Registers, facts_folder: Path
) -> None:
    study = simulated_ads()
    panel = shape(study, registers, gather(study, registers, facts_folder).observations, facts_folder)
    acts = panel["truth"].sel(indicator="ads_simulated") != 0
    assert (acts == (panel["exposure"].sel(intervention="simulated_programme") > 0)).all()
    assert (panel["truth"].sel(indicator="job_ads_simulated") == 0).all()
    grown = np.exp(panel["truth"].min("time").sel(indicator="ads_simulated", unit=json.loads(panel.attrs["treated"])))
    assert 0.6 < float(grown.mean()) < 0.8
    assert float(grown.std()) > 0.03
    ended = panel.sel(unit="SIM08", indicator="ads_simulated", intervention="simulated_programme")
    assert float(ended["exposure"].isel(time=-1)) == float(ended["truth"].isel(time=-1)) == 0


def test_some_cells_are_suppressed_and_some_missing() -> None:
    counts = simulate().counts
    assert 0.01 < (counts["value"] == "<5").mean() < 0.2
    assert len(counts) < 2 * 24 * 60


@pytest.mark.parametrize("table", ["simulated_ads", "simulated_ads_cities", "simulated_ads_truth"])
def test_every_card_and_name_says_simulated(registers: Registers, table: str) -> None:
    card = registers.sources[table]
    assert card.simulated
    assert card.title.startswith("Simulated")
    assert all(name.startswith("Simulated") for name in simulate().cities["name"])
