"""The simulated grid is what its cards say, and the study's truth is what made its figures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from evaluation.panel.gather import gather
from evaluation.panel.registers import Registers
from evaluation.panel.shape import shape
from evaluation.panel.simulate_displacement import FIRST, MONTHS, STARTS, neighbours, simulate, write_simulated
from evaluation.terms import NeighboursPlan
from tests.unit.panel.studies import study

NAME = "simulated_displacement"


def test_the_tables_are_what_the_seed_makes(data: Path) -> None:
    before = {file.name: file.read_bytes() for file in (data / "raw").glob(f"{NAME}*.csv")}
    register = (data / "registers" / "sources.yaml").read_bytes()
    assert len(before) == 5
    write_simulated(data)
    assert {file.name: file.read_bytes() for file in (data / "raw").glob(f"{NAME}*.csv")} == before
    assert (data / "registers" / "sources.yaml").read_bytes() == register


def test_a_corner_has_two_neighbours_and_a_city_inside_four() -> None:
    beside = neighbours()
    assert beside.sum(axis=1)[[0, 1, 7]].tolist() == [2, 3, 4]
    assert (beside == beside.T).all()


def test_the_register_starts_the_programme_where_the_simulation_does(registers: Registers) -> None:
    months = pd.period_range(FIRST, periods=MONTHS, freq="M").astype(str)
    expected = {f"GRID{city + 1:02d}": months[start] for city, start in STARTS.items()}
    adoptions = registers.interventions["simulated_grid_programme"].adoptions
    assert {one.unit: one.starts for one in adoptions} == expected


def test_the_truth_of_the_study_is_that_of_the_simulation(facts_folder: Path) -> None:
    told = yaml.safe_load((facts_folder.parent / f"conf/study/{NAME}.yaml").read_text())["truth"]
    assert told == {name: pytest.approx(value, abs=0.05) for name, value in simulate().percent.items()}


def test_something_spills_over_to_neighbours_and_to_nobody_else(registers: Registers, facts_folder: Path) -> None:
    grid = study(
        NAME,
        {
            "observations": (NAME,),
            "span": ("2020-01", "2023-12"),
            "every": "month",
            "bases": (f"{NAME}_population",),
            "units_of": f"{NAME}_cities",
            "neighbours": NeighboursPlan(source=f"{NAME}_neighbours"),
        },
        {
            "indicators": ("adverts_simulated",),
            "controls": ("job_adverts_simulated",),
            "interventions": ("simulated_grid_programme",),
        },
        simulated=True,
    )
    panel = shape(grid, registers, gather(grid, registers, facts_folder).observations, facts_folder)
    np.testing.assert_array_equal(panel["weights"].values, neighbours())
    under = panel["exposure"].isel(intervention=0).values > 0
    beside = neighbours() @ under > 0
    truth = panel["truth"].sel(indicator="adverts_simulated").values
    np.testing.assert_array_equal(truth != 0, under | beside)
    assert (truth[under] < -0.2).all()
    assert (truth[beside & ~under] > 0).all()
    assert (panel["truth"].sel(indicator="job_adverts_simulated") == 0).all()
