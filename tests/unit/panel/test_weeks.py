"""Panels of weeks: labels of ISO 8601, shares of a week, the turn of the year, and what is no week."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaml

from evaluation.panel.calendar import share_in_force
from evaluation.panel.gather import gather
from evaluation.panel.registers import read_registers
from evaluation.panel.shape import shape
from evaluation.terms import DataError, PanelPlan, Study
from evaluation.terms.periods import between, closes, label_of, opens
from tests.unit.panel.studies import HEADER, add_table, own, set_adoptions

SPAN = ("2020-W48", "2021-W06")
WEEKS = [*(f"2020-W{week}" for week in range(48, 54)), *(f"2021-W{week:02d}" for week in range(1, 7))]
LAW = [{"unit": "FRA", "starts": "2021-01-01"}]  # a Friday


def weekly(unit: str, counts: str, indicator: str) -> str:
    cells = zip(WEEKS, counts.split(), strict=True)
    return "".join(f"{unit},{week},{indicator},{value}\n" for week, value in cells if value != "-")


def weeks(panel: dict[str, object] | None = None) -> Study:
    """Counts of advertisements in three countries, week by week over a turn of the year."""
    return own(
        {"span": SPAN, "every": "week", "bases": (), **(panel or {})},
        {"indicators": ("ads_weekly",), "interventions": ("buyer_law",)},
    )


@pytest.fixture
def small(data: Path) -> Path:
    """Three countries; France has the law from the first of January 2021, the Friday of 2020-W53."""
    add_indicator(data)
    add_table(data, HEADER + counts_of("FRA") + counts_of("DEU") + counts_of("ITA"))
    set_adoptions(data, LAW)
    return data


def counts_of(unit: str) -> str:
    return weekly(unit, "50 51 52 40 41 42 43 <5 45 46 47 48", "ads_weekly")


def add_indicator(data: Path) -> None:
    register = data / "registers" / "indicators.yaml"
    read = yaml.safe_load(register.read_text(encoding="utf-8"))
    read["ads_weekly"] = {**read["ads_simulated"], "label": "Weekly", "base": None, "sources": ["castle"]}
    register.write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")


def made(study: Study, data: Path) -> xr.Dataset:
    registers = read_registers(data)
    return shape(study, registers, gather(study, registers, data).observations, data)


def refused(study: Study, data: Path) -> str:
    with pytest.raises(DataError) as error:
        made(study, data)
    return str(error.value)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2020-12-28", "2020-W53"),
        ("2020-12-31", "2020-W53"),
        ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"),
        ("2019-12-30", "2020-W01"),
        ("2022-01-01", "2021-W52"),
        ("2022-02-03", "2022-W05"),
    ],
)
def test_every_day_lies_in_the_week_of_its_thursday(day: str, week: str) -> None:
    assert label_of(date.fromisoformat(day), "week") == week
    assert opens(week) <= date.fromisoformat(day) < closes(week)


def test_weeks_follow_one_another_without_a_gap_and_sort_as_text() -> None:
    labels = between("2014-W50", "2027-W03")
    assert sorted(labels) == labels
    assert all(closes(one) == opens(after) for one, after in pairwise(labels))
    assert [label for label in labels if label.endswith("W53")] == ["2015-W53", "2020-W53", "2026-W53"]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("1999", "2026", "Y"), ("1999-11", "2026-03", "M"), ("2019-12-30", "2020-03-02", "D")],
)
def test_years_months_and_days_are_those_of_pandas(first: str, last: str, code: str) -> None:
    """The same labels and shares as its periods give: figures of yearly and monthly studies stay what they were."""
    index = pd.period_range(first, last, freq=code)
    assert between(first, last) == [str(one) for one in index]
    opened = index.start_time.values.astype("datetime64[D]").astype(int)
    closed = (index + 1).start_time.values.astype("datetime64[D]").astype(int)
    begin, end = (int(np.datetime64(day, "D").astype(int)) for day in ("2008-02-29", "2020-02-29"))
    expected = np.clip(np.minimum(closed, end) - np.maximum(opened, begin), 0, None) / (closed - opened)
    np.testing.assert_array_equal(share_in_force("2008-02-29", "2020-02-29", [str(one) for one in index]), expected)


@pytest.mark.parametrize("days", range(8))
def test_a_law_is_in_force_for_the_share_of_the_days_of_its_week(days: int) -> None:
    starts = opens("2022-W05") + timedelta(days=days)
    share = share_in_force(starts.isoformat(), None, ["2022-W04", "2022-W05", "2022-W06"])
    np.testing.assert_allclose(share, [0, (7 - days) / 7, 1])


def test_a_panel_of_weeks_runs_over_the_turn_of_the_year(small: Path) -> None:
    panel = made(weeks(), small)
    assert panel["time"].values.tolist() == WEEKS
    assert panel.attrs["every"] == "week"
    law = panel.sel(unit="FRA", intervention="buyer_law")
    np.testing.assert_allclose(law["exposure"], [0] * 5 + [3 / 7] + [1] * 6)
    assert law["event_time"].values.tolist() == list(range(-5, 7))
    counts = panel.sel(unit="DEU", indicator="ads_weekly")
    assert counts["lower"].values.tolist() == [50, 51, 52, 40, 41, 42, 43, 0, 45, 46, 47, 48]
    assert counts["upper"].values.tolist()[7] == 4


def test_a_definition_breaks_with_the_first_week_of_its_year_or_month(small: Path) -> None:
    panel = made(weeks(), small)
    for from_period, first in (("2021", "2021-W01"), ("2021-02", "2021-W05"), ("2020-W52", "2020-W52")):
        register = small / "registers" / "breaks.yaml"
        entry = {"unit": "ITA", "indicators": ["ads_weekly"], "from_period": from_period, "why": "?"}
        register.write_text(yaml.safe_dump([entry]), encoding="utf-8")
        steps = made(weeks(), small)["breaks"].sel(indicator="ads_weekly", unit="ITA").isel({"break": 0})
        assert panel["time"].values[steps.values.argmax()] == first
        assert steps.values.tolist() == sorted(steps.values.tolist())


@pytest.mark.parametrize(
    ("adoption", "says"),
    [
        ({"starts": "2021-02-15"}, "starts in 2021-02-15, after the window ends in 2021-W06"),
        ({"starts": "2020-11-22"}, "starts in 2020-11-22 at the latest, before the window begins in 2020-W48"),
        ({"starts": "2020-11-23"}, "no unit can count as treated by buyer_law"),  # the window's first day
    ],
)
def test_a_law_outside_the_window_is_refused_to_the_day(small: Path, adoption: dict[str, object], says: str) -> None:
    set_adoptions(small, [{"unit": "FRA", **adoption}])
    assert says in refused(weeks(), small)


def test_a_law_in_a_part_of_a_unit_counts_from_its_day(small: Path) -> None:
    both = [*LAW, {"unit": "ITA", "starts": "2021-02-14", "within": "Rome"}]
    set_adoptions(small, both)  # the last Sunday of the window
    assert made(weeks(), small)["unit"].values.tolist() == ["DEU", "FRA"]
    set_adoptions(small, [both[0], both[1] | {"starts": "2021-02-15"}])
    assert made(weeks(), small)["unit"].values.tolist() == ["DEU", "FRA", "ITA"]


@pytest.mark.parametrize(
    ("period", "advice"),
    [
        ("2021-W53", "2021 has 52 weeks: its last is 2021-W52, then comes 2022-W01"),
        ("2021-W5", "write it as 2007, 2019-01, 2022-W05 or 2022-02-03"),
        ("2021W05", "write it as 2007, 2019-01, 2022-W05 or 2022-02-03"),
        ("2021-W00", "write it as 2007, 2019-01, 2022-W05 or 2022-02-03"),
        ("2021-02-30", "write it as 2007, 2019-01, 2022-W05 or 2022-02-03"),
        ("2021-02-01/2021-02-07", "write it as 2007, 2019-01, 2022-W05 or 2022-02-03"),
    ],
)
def test_what_is_no_week_is_refused_with_what_to_write(small: Path, period: str, advice: str) -> None:
    add_table(small, HEADER + f"FRA,{period},ads_weekly,1\nFRA,2021-W01,ads_weekly,2\n", "bad")
    said = refused(weeks({"observations": ("bad",)}), small)
    assert f"row 2: period '{period}' is not a period; {advice}" in said
    assert "row 3" not in said


@pytest.mark.parametrize(
    ("span", "every", "says"),
    [
        (("2021-01", "2021-W06"), "week", "'2021-01' is not a week"),
        (("2020-W48", "2021-W53"), "week", "2021 has 52 weeks: its last is 2021-W52, then comes 2022-W01"),
        (("2021-W06", "2020-W48"), "week", "give first, then last"),
        (("2019-01", "2019-13"), "month", "'2019-13' is not a month"),
        (("2020-W48", "2021-W06"), "fortnight", "write year, month, week or day"),
    ],
)
def test_a_span_of_what_is_no_period_is_refused(span: tuple[str, str], every: str, says: str) -> None:
    plan = PanelPlan(observations=("own",), span=span, every=every)
    assert says in "; ".join(str(problem) for problem in plan.problems("panel"))


def test_the_population_of_a_year_serves_its_weeks(small: Path) -> None:
    register = small / "registers" / "indicators.yaml"
    read = yaml.safe_load(register.read_text(encoding="utf-8"))
    read["ads_weekly"]["base"] = "population"
    register.write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    people = pd.read_csv(small / "raw" / "world_bank.csv", dtype={"period": str}).set_index(["unit", "period"])
    base = made(weeks({"bases": ("world_bank",)}), small)["base"].sel(indicator="ads_weekly", unit="FRA")
    assert base.sel(time="2020-W53").item() == people.loc[("FRA", "2020"), "population"]
    assert base.sel(time="2021-W01").item() == people.loc[("FRA", "2021"), "population"]


def test_a_table_of_months_says_nothing_of_weeks(small: Path) -> None:
    add_table(small, HEADER + "FRA,2021-01,ads_weekly,1\n", "months")
    assert "no week from 2020-W48 to 2021-W06 reports 'ads_weekly'" in refused(
        weeks({"observations": ("months",)}), small
    )


def test_a_definition_that_breaks_at_no_period_is_refused(small: Path) -> None:
    register = small / "registers" / "breaks.yaml"
    entry = {"unit": "ITA", "indicators": ["ads_weekly"], "from_period": "2021-W53", "why": "?"}
    register.write_text(yaml.safe_dump([entry]), encoding="utf-8")
    with pytest.raises(DataError, match=r"entry 1\.from_period: '2021-W53' is no period; 2021 has 52"):
        read_registers(small)


def test_days_are_periods_too(small: Path) -> None:
    days = between("2020-12-28", "2021-01-08")
    cells = [(unit, day, 40 + number) for unit in ("FRA", "DEU") for number, day in enumerate(days)]
    rows = "".join(f"{unit},{day},ads_weekly,{value}\n" for unit, day, value in cells)
    add_table(small, HEADER + rows, "days")
    panel = made(weeks({"observations": ("days",), "every": "day", "span": (days[0], days[-1])}), small)
    assert panel["time"].values.tolist() == days
    np.testing.assert_array_equal(panel["exposure"].sel(unit="FRA")[0], [day >= "2021-01-01" for day in days])
