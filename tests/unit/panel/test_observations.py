"""An evaluator's own table: what is read, and what is refused with every problem at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.panel.gather import gather
from evaluation.panel.observations import read_observations
from evaluation.panel.registers import Registers, read_registers
from evaluation.panel.sources import import_source
from evaluation.terms import DataError
from tests.unit.panel.studies import HEADER, add_table, buyer_laws, own, series

UNITS = ("FRA", "NOR", "SWE")


def read(tmp_path: Path, rows: str | bytes, registers: Registers) -> dict[tuple[str, str], tuple[float, float]]:
    file = tmp_path / "own.csv"
    file.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    table = read_observations(file, UNITS, registers.indicators)
    return {
        (u, p): (lo, up) for u, p, lo, up in zip(*(table[c] for c in ("unit", "period", "lower", "upper")), strict=True)
    }


def problems(tmp_path: Path, rows: str | bytes, registers: Registers) -> list[str]:
    with pytest.raises(DataError) as error:
        read(tmp_path, rows, registers)
    return [str(problem) for problem in error.value.problems]


def test_values_become_bounds_and_empty_is_not_reported(tmp_path: Path, registers: Registers) -> None:
    rows = HEADER + "FRA,2010,prosecuted,12\nFRA,2011,prosecuted,<5\nFRA,2012,prosecuted,0\nFRA,2013,prosecuted,\n"
    assert read(tmp_path, rows, registers) == {
        ("FRA", "2010"): (12, 12),
        ("FRA", "2011"): (0, 4),
        ("FRA", "2012"): (0, 0),
    }


def test_bounds_may_be_given_as_such(tmp_path: Path, registers: Registers) -> None:
    rows = "unit,period,indicator,lower,upper\nFRA,2010,prosecuted,3,9\n"
    assert read(tmp_path, rows, registers) == {("FRA", "2010"): (3, 9)}


@given(st.integers(min_value=1, max_value=10**6))
def test_below_a_number_is_everything_from_nought_to_one_less(tmp_path_factory: pytest.TempPathFactory, n: int) -> None:
    from evaluation.terms import Indicator
    from evaluation.terms.world import Kind, Role

    indicator = Indicator(
        says="x", unit="x", kind=Kind.COUNT, role=Role.DETECTION, base=None, better="neither", sources=()
    )
    file = tmp_path_factory.getbasetemp() / "below.csv"
    file.write_text(f"{HEADER}FRA,2010,x,<{n}\n", encoding="utf-8")
    table = read_observations(file, UNITS, {"x": indicator})
    assert table[["lower", "upper"]].to_numpy().tolist() == [[0.0, n - 1.0]]


GOOD = "FRA,2010,prosecuted,1\n"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (HEADER + "NRO,2010,prosecuted,1\n", "row 2: unit 'NRO' is not a known unit; did you mean 'NOR'?"),
        (HEADER + GOOD + "FRA,2011,prosecutd,1\n", "row 3: indicator 'prosecutd' is not a known indicator; did you"),
        (HEADER + GOOD + GOOD, "rows 2, 3: prosecuted of FRA in 2010 stands more than once"),
        (HEADER + "FRA,2010,prosecuted,-3\n", "row 2: a count is below 0 (value -3)"),
        (HEADER + "FRA,2010,prosecuted,2.5\n", "row 2: a count is not a whole number (value 2.5)"),
        (HEADER + "FRA,2010,prosecuted,about ten\n", "row 2: value 'about ten' is not a number"),
        (HEADER + 'FRA,2010,prosecuted,"1,757"\n', "row 2: value '1,757' is not a number; write 1757"),
        (HEADER + "FRA,2010-13,prosecuted,1\n", "row 2: period '2010-13' is not a period"),
        (
            "unit,period,indicator,lower,upper\nFRA,2010,prosecuted,9,3\n",
            "row 2: lower is above upper (lower 9, upper 3)",
        ),
        ("unit,period,value\nFRA,2010,1\n", "column 'indicator' is missing"),
        (
            "unit,period,indicator,lower\nFRA,2010,prosecuted,1\n",
            "neither a column 'value' nor both 'lower' and 'upper'",
        ),
        ("", "the file is empty"),
        ("\n  \n", "the file is empty"),
        (HEADER, "there are no rows below the header"),
        (HEADER.encode() + "FRA,2010,prosecuted,1 \xe9t\xe9\n".encode("latin-1"), "line 2 is not UTF-8 text"),
        (HEADER.encode("utf-16"), "is not UTF-8 text"),
        ("unit;period;indicator;value\nFRA;2010;prosecuted;1\n", "not separated by commas"),
        (HEADER + "FRA,2010,prosecuted,1,757\n", "5 cells where the header has 4"),
    ],
)
def test_each_bad_input_is_named(tmp_path: Path, registers: Registers, rows: str | bytes, says: str) -> None:
    found = problems(tmp_path, rows, registers)
    assert len(found) == 1, found
    assert says in found[0]
    assert "own.csv" in found[0]


def test_all_problems_of_a_table_come_at_once(tmp_path: Path, registers: Registers) -> None:
    rows = (
        HEADER
        + "NRO,2010,prosecuted,-1\nNRO,2011,prosecuted,1.5\nFRA,20x0,prosecuted,many\nFRA,2010,prison,1\n"
        + 2 * GOOD
    )
    found = "\n".join(problems(tmp_path, rows, registers))
    for says in (
        "rows 2, 3: unit 'NRO'",
        "below 0",
        "not a whole number",
        "'20x0'",
        "'many'",
        "'prison'",
        "more than once",
    ):
        assert says in found


def test_a_spreadsheet_mark_at_the_start_of_the_file_does_no_harm(tmp_path: Path, registers: Registers) -> None:
    assert read(tmp_path, ("\ufeff" + HEADER + GOOD).encode(), registers) == {("FRA", "2010"): (1, 1)}


def test_all_problems_of_all_sources_come_at_once(data: Path) -> None:
    add_table(data, HEADER + "NRO,2010,prosecuted,1\n", "first")
    add_table(data, HEADER + "FRA,2010,prosecuted,-1\n", "second")
    study = own({"observations": ("first", "second")})
    with pytest.raises(DataError) as error:
        gather(study, read_registers(data), data)
    assert "first.csv" in str(error.value)
    assert "second.csv" in str(error.value)


def test_one_cell_in_two_sources_is_refused(registers: Registers, facts_folder: Path) -> None:
    study = buyer_laws({"observations": ("unodc_glotip_2025", "unodc_glotip_2023")})
    with pytest.raises(DataError, match="stands in unodc_glotip_2025 and unodc_glotip_2023"):
        gather(study, registers, facts_folder)


def test_wrong_names_in_a_study_are_all_named(registers: Registers, facts_folder: Path) -> None:
    study = buyer_laws(
        {"observations": ("unodc",)},
        {"indicators": ("victim_sexual", "convicted_sexual"), "interventions": ("buyers_law",)},
    )
    with pytest.raises(DataError) as error:
        gather(study, registers, facts_folder)
    said = str(error.value)
    assert "did you mean 'victims_sexual'?" in said
    assert "indicator 'convicted_sexual' is refused" in said
    assert "source 'unodc' is in no register" in said
    assert "did you mean 'buyer_law'?" in said


def test_own_counts_are_imported_with_a_card_and_can_be_gathered(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "Own Counts.csv"
    file.write_text(HEADER + series("FRA", "5 <5 - 7") + series("SWE", "1 2 3"), encoding="utf-8")
    written = import_source("counts", file, data)
    assert data / "raw" / "own_counts.csv" in written
    found = gather(own({"observations": ("own_counts",)}), read_registers(data), data).observations
    assert found["status"].tolist() == [1, 2, 1, 1, 1, 1]
    assert set(found["source"]) == {"own_counts"}


def test_own_counts_that_are_wrong_are_not_imported(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(HEADER + "NRO,2010,prosecuted,1\nFRA,2010,prosecuted,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="did you mean 'NOR'"):
        import_source("counts", file, data)
    assert not (data / "raw" / "mine.csv").exists()


def test_own_counts_never_overwrite_a_table_of_the_project(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "world_bank.csv"
    file.write_text(HEADER + GOOD, encoding="utf-8")
    with pytest.raises(DataError, match="is there already"):
        import_source("counts", file, data)
