"""What anyone must know before modelling the UNODC figures, one test each."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from evaluation.panel.gather import Gathered, gather
from evaluation.panel.registers import Registers
from evaluation.panel.shape import shape
from evaluation.terms import DataError
from tests.unit.panel.studies import buyer_laws


@pytest.fixture(scope="module")
def panel(gathered: Gathered, registers: Registers, facts_folder: Path) -> xr.Dataset:
    return shape(buyer_laws(), registers, gathered.observations, facts_folder)


def cell(panel: xr.Dataset, indicator: str, unit: str, time: str) -> tuple[float, float, int]:
    here = panel.sel(indicator=indicator, unit=unit, time=time)
    return float(here["lower"]), float(here["upper"]), int(here["status"])


def test_1_below_five_is_nought_to_four_never_nought_never_dropped(panel: xr.Dataset) -> None:
    assert cell(panel, "victims_sexual", "CAN", "2009") == (0, 4, 2)
    suppressed = panel["status"] == 2
    assert int(suppressed.sum()) > 500
    assert (panel["lower"].where(suppressed, drop=False).fillna(0) == 0).all()
    assert (panel["upper"].where(suppressed).fillna(4) == 4).all()


def test_2_absent_is_not_reported_and_not_nought(panel: xr.Dataset) -> None:
    lower, upper, status = cell(panel, "victims_sexual", "CAN", "2007")
    assert np.isnan(lower)
    assert np.isnan(upper)
    assert status == 0
    assert not ((panel["lower"] == 0) & (panel["upper"] == 0)).any(), "UNODC publishes no zero"
    assert (panel["lower"].isnull() == panel["status"].isin((0, 3))).all()


def test_3_the_corrupt_indicator_is_refused_with_its_reason(registers: Registers, facts_folder: Path) -> None:
    with pytest.raises(
        DataError, match="convicted_sexual' is refused: in the release of 2025-04-14 it is corrupt from 2019"
    ):
        gather(buyer_laws(question={"indicators": ("convicted_sexual",)}), registers, facts_folder)


def test_3_the_reason_is_true(facts_folder: Path) -> None:
    """From 2019 on more than half of the exact cells repeat the victims; in the release before, hardly any do."""

    def share_repeated(year: int, *, since: int) -> float:
        table = pd.read_csv(facts_folder / "raw" / f"unodc_glotip_{year}.csv")
        wide = table.pivot(index=["unit", "period"], columns="indicator", values="value")
        exact = wide[["convicted_sexual", "victims_sexual"]].apply(pd.to_numeric, errors="coerce").dropna()
        exact = exact[exact.index.get_level_values("period") >= since]
        return float((exact["convicted_sexual"] == exact["victims_sexual"]).mean())

    assert share_repeated(2025, since=2019) > 0.5
    assert share_repeated(2023, since=2003) < 0.02


@pytest.mark.parametrize(
    ("indicator", "unit", "period", "reason"),
    [
        ("victims_sexual", "CAN", "2019", "beside a total of 411"),
        ("victims_sexual", "CAN", "2020", "beside a total of 410"),
        ("victims_labour", "CAN", "2020", "beside a total of 410"),
        ("victims_sexual", "SWE", "2019", "beside a total of 269"),
        ("victims_labour", "SWE", "2020", "beside a total of 206"),
    ],
)
def test_4_a_breakdown_that_was_not_supplied_is_questioned(
    gathered: Gathered, indicator: str, unit: str, period: str, reason: str
) -> None:
    found = [q for q in gathered.questioned if (q["indicator"], q["unit"], q["period"]) == (indicator, unit, period)]
    assert len(found) == 1
    assert found[0]["found"] == "<5"
    assert reason in found[0]["reason"]
    assert "not broken down" in found[0]["reason"]


def test_4_a_questioned_cell_keeps_its_standing_and_loses_its_figure(panel: xr.Dataset) -> None:
    lower, upper, status = cell(panel, "victims_sexual", "CAN", "2020")
    assert np.isnan(lower)
    assert np.isnan(upper)
    assert status == 3


def test_4_a_total_smaller_than_a_part_is_questioned_and_the_part_kept(
    registers: Registers, facts_folder: Path
) -> None:
    """Germany 2022: victims "<5", of whom 476 sexual and 1,019 labour."""
    study = buyer_laws({"span": ("2007", "2022")}, {"indicators": ("victims", "victims_sexual")})
    found = gather(study, registers, facts_folder)
    germany = {q["indicator"]: q["reason"] for q in found.questioned if (q["unit"], q["period"]) == ("DEU", "2022")}
    assert germany.keys() == {"victims"}
    assert "contradicts victims_sexual (476)" in germany["victims"]
    kept = found.observations.set_index(["indicator", "unit", "period"])
    assert kept.loc[("victims_sexual", "DEU", "2022"), "status"] == 1


def test_4_a_real_small_count_is_kept(panel: xr.Dataset) -> None:
    """Canada 2017: "<5" for forced labour beside 155 sexual. One form is broken down, so the other is meant."""
    assert cell(panel, "victims_labour", "CAN", "2017") == (0, 4, 2)


def test_4_every_cell_flagged_by_hand_is_questioned(published: Path, registers: Registers, facts_folder: Path) -> None:
    flagged = pd.read_csv(published / "glotip" / "anomalies_2025.csv").query("flag == 'FORM_NOT_BROKEN_DOWN'")
    found = gather(buyer_laws({"span": ("2003", "2022")}), registers, facts_folder)
    questioned = {(q["unit"], q["period"], q["indicator"]) for q in found.questioned}
    expected = {
        (unit, str(year), form)
        for unit, year in zip(flagged["iso3"], flagged["year"], strict=True)
        for form in ("victims_sexual", "victims_labour")
    }
    assert len(expected) == 60
    assert expected <= questioned


def test_5_breaks_are_steps_of_the_series_they_break(panel: xr.Dataset) -> None:
    step = panel["breaks"].sel({"break": "USA 2013"})
    assert step.sel(indicator="victims_sexual", unit="USA").values.tolist() == [0] * 6 + [1] * 9
    assert int(step.sum()) == int(step.sel(unit="USA").sum())
    assert int(step.sel(unit="USA", indicator=["prosecuted", "convicted"]).sum()) == 0


def test_5_the_breaks_named_in_the_trap_are_registered(registers: Registers) -> None:
    known = {(broken.unit, broken.from_period) for broken in registers.breaks if "victims" in broken.indicators}
    assert {
        ("GBR", "2017"),
        ("USA", "2013"),
        ("USA", "2022"),
        ("SWE", "2019"),
        ("AUT", "2017"),
        ("AUT", "2021"),
    } <= known
    assert {broken.unit for broken in registers.breaks} >= {"FRA", "POL", "PRT", "HUN", "ITA", "GRC"}


def test_6_the_last_year_is_partial_and_outside_the_window(panel: xr.Dataset, facts_folder: Path) -> None:
    assert panel.time.values.tolist() == [str(year) for year in range(2007, 2022)]
    table = pd.read_csv(facts_folder / "raw" / "unodc_glotip_2025.csv")
    reporting = table[table["indicator"] == "victims"].groupby("period")["unit"].nunique()
    assert reporting[2022] < reporting[2020]


def test_6_both_vintages_can_be_gathered(registers: Registers, facts_folder: Path, gathered: Gathered) -> None:
    old = gather(buyer_laws({"observations": ("unodc_glotip_2023",)}), registers, facts_folder).observations
    cells = ["indicator", "unit", "period"]
    both = old.merge(gathered.observations, on=cells, suffixes=("_2023", "_2025"))
    both = both[(both["status_2023"] < 3) & (both["status_2025"] < 3)]
    changed = both["lower_2023"] != both["lower_2025"]
    recent = both["period"] >= "2019"
    assert changed[recent].mean() > 5 * changed[~recent].mean() > 0


def test_7_more_convicted_than_prosecuted_is_no_contradiction(panel: xr.Dataset) -> None:
    both = panel["lower"].sel(indicator=["prosecuted", "convicted"])
    more = both.sel(indicator="convicted") > panel["upper"].sel(indicator="prosecuted")
    assert int(more.sum()) > 50
    assert not (panel["status"].sel(indicator=["prosecuted", "convicted"]) == 3).any()


# Usable years of victims of sexual exploitation before the first year under the law, and from that year on.
TREATED = {"NOR": (2, 10), "CAN": (6, 5), "FRA": (2, 6), "IRL": (7, 5), "ISR": (11, 2)}


def test_8_the_treated_are_those_with_a_usable_period_on_both_sides(panel: xr.Dataset) -> None:
    import json

    exposed = (panel["exposure"].sel(intervention="buyer_law") > 0).any("time")
    assert set(panel.unit.values[exposed.values]) == TREATED.keys() == set(json.loads(panel.attrs["treated"]))
    usable = panel["status"].sel(indicator="victims_sexual").isin((1, 2))
    event = panel["event_time"].sel(intervention="buyer_law")
    counted = {
        u: (int((usable & (event < 0)).sel(unit=u).sum()), int((usable & (event >= 0)).sel(unit=u).sum()))
        for u in TREATED
    }
    assert counted == TREATED


def test_8_the_others_are_left_out_with_the_reason(panel: xr.Dataset) -> None:
    import json

    left_out = json.loads(panel.attrs["left_out"])
    assert "since before the window" in left_out["SWE"]
    assert "no usable pre- and post-period: 0 reported periods before 2009" in left_out["ISL"]
    assert "holds in Northern Ireland only" in left_out["GBR"]
    assert not {"SWE", "ISL", "GBR"} & set(panel.unit.values)


def test_8_finland_is_under_a_partial_law_and_does_not_pass_for_untreated(panel: xr.Dataset) -> None:
    assert (panel["exposure"].sel(intervention="partial_buyer_law", unit="FIN") == 1).all()
    assert (panel["exposure"].sel(intervention="buyer_law", unit="FIN") == 0).all()
    assert panel["asked"].values.tolist() == [True, False]


def test_9_israel_runs_with_both_dates(
    panel: xr.Dataset, gathered: Gathered, registers: Registers, facts_folder: Path
) -> None:
    israel = panel.sel(unit="ISR", intervention="buyer_law")
    in_force = 175 / 366  # from 10 July 2020
    np.testing.assert_allclose(israel["exposure"].sel(time=["2019", "2020", "2021"]), [0, in_force, 1])
    np.testing.assert_allclose(israel["exposure_enforced"].sel(time=["2019", "2020", "2021"]), [0, 0, 1])
    later = shape(buyer_laws({"date": "enforced"}), registers, gathered.observations, facts_folder)
    np.testing.assert_allclose(later["exposure"].sel(unit="ISR", intervention="buyer_law", time="2020"), 0)


def test_10_the_only_series_of_advertisements_says_that_it_is_simulated(registers: Registers) -> None:
    market = {name: i for name, i in registers.indicators.items() if i.unit.startswith("advertisements")}
    market = {name: i for name, i in market.items() if i.role == "market"}
    assert market.keys() == {"ads_simulated", "adverts_simulated"}
    for indicator in market.values():
        assert "simulated" in indicator.says
        assert "simulated" in indicator.caution
        assert all(registers.sources[source].simulated for source in indicator.sources)
