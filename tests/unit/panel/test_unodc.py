"""The UNODC workbook is read as it is published, and a damaged one is refused with everything that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from evaluation.panel.sources import import_source
from evaluation.panel.sources.unodc import HEADER, read_unodc, read_workbook
from evaluation.terms import DataError

VICTIMS = ("Detected trafficking victims", "Total", "Total", "Total", "Total")
FORM = ("Detected trafficking victims", "by form of exploitation")
SWEDEN = ("SWE", "Sweden", "Europe", "Northern Europe")


def row(place: tuple[object, ...], what: tuple[object, ...], year: object, value: object) -> tuple[object, ...]:
    return (*place, *what, year, "Counts", value, "GLOTIP")


ROWS = [
    row(SWEDEN, VICTIMS, 2012, "33"),
    row(SWEDEN, (*FORM, "Sexual exploitation", "Total", "Total"), 2012, "<5"),
    row(SWEDEN, (*FORM, "Forced labour", "Total", "Total"), 2012, "1,757"),
    row(SWEDEN, (*FORM, "Other forms of exploitation", "Total", "Total"), 2012, "7"),
    row(SWEDEN, ("Detected trafficking victims", "Total", "Total", "Female", "Total"), 2012, "20"),
    row(("EEU", None, None, None), VICTIMS, 2012, "99"),
    row(("Aruba/Curacao", None, None, None), VICTIMS, 2012, "<5"),
]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: list[tuple[object, ...]], header: tuple[str, ...] = HEADER, sheet: str = "data_glotip_1") -> Path:
        book = Workbook()
        book.active.title = sheet
        for line in [("UNODC", "unodc_ddds@un.org"), ("14/04/2025",), header, *rows]:
            book.active.append(line)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return write


def test_it_reads_counts_bounds_and_the_release_date(workbook: Callable[..., Path]) -> None:
    book = read_workbook(workbook(ROWS))
    assert book.released.isoformat() == "2025-04-14"
    found = book.counts.set_index("indicator")[["lower", "upper"]].T.to_dict("list")
    assert found == {"victims": [33, 33], "victims_sexual": [0, 4], "victims_labour": [1757, 1757]}
    assert book.countries["unit"].tolist() == ["SWE"]


def test_regions_and_joint_places_are_left_out(workbook: Callable[..., Path]) -> None:
    assert set(read_unodc(workbook(ROWS))["iso3"]) == {"SWE"}


def test_every_wrong_cell_is_named_at_once(workbook: Callable[..., Path]) -> None:
    wrong = [row(SWEDEN, VICTIMS, 2013, "many"), row(SWEDEN, VICTIMS, "last year", "-4"), *ROWS]
    with pytest.raises(DataError) as error:
        read_unodc(workbook(wrong))
    said = str(error.value)
    assert "row 4: 'many' stands in column 'txtVALUE'" in said
    assert "row 5: '-4' stands in column 'txtVALUE'" in said
    assert "row 5: 'last year' stands in column 'Year'" in said
    assert len(error.value.problems) == 3


def test_missing_columns_are_all_named(workbook: Callable[..., Path]) -> None:
    header = tuple("Land" if name == "Country" else "Wert" if name == "txtVALUE" else name for name in HEADER)
    with pytest.raises(DataError) as error:
        read_unodc(workbook(ROWS, header))
    assert [p.found for p in error.value.problems] == ["column 'Country' is missing", "column 'txtVALUE' is missing"]


def test_two_figures_for_one_cell_are_refused(workbook: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="victims of SWE in 2012 stands more than once: 33 and 34"):
        read_unodc(workbook([*ROWS, row(SWEDEN, VICTIMS, 2012, "34")]))


def test_another_sheet_is_refused_by_name(workbook: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="found: notes"):
        read_unodc(workbook(ROWS, sheet="notes"))


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.98])
def test_a_truncated_workbook_is_refused(workbook: Callable[..., Path], keep: float) -> None:
    file = workbook(ROWS * 40)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    with pytest.raises(DataError, match="not a readable workbook, or it is cut short"):
        read_unodc(file)


def test_a_text_file_in_disguise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("unit,period\nSWE,2012\n", encoding="utf-8")
    with pytest.raises(DataError, match="not a readable workbook"):
        read_unodc(tmp_path / "x.xlsx")


def test_a_damaged_workbook_leaves_the_tables_as_they_were(workbook: Callable[..., Path], data: Path) -> None:
    before = {file: file.read_bytes() for file in data.rglob("*.*")}
    with pytest.raises(DataError):
        import_source("unodc", workbook([row(SWEDEN, VICTIMS, 2013, "many")]), data)
    assert {file: file.read_bytes() for file in data.rglob("*.*")} == before


def test_importing_a_new_release_writes_its_table_and_card(workbook: Callable[..., Path], data: Path) -> None:
    from evaluation.panel.registers import read_registers

    old = read_registers(data).sources
    written = import_source("unodc", workbook(ROWS), data)
    new = read_registers(data).sources
    assert data / "raw" / "unodc_glotip_2025.csv" in written
    assert new["unodc_glotip_2025"].sha256 != old["unodc_glotip_2025"].sha256
    assert {name: card for name, card in new.items() if name != "unodc_glotip_2025"} == {
        name: card for name, card in old.items() if name != "unodc_glotip_2025"
    }


def test_an_unknown_importer_is_refused_with_the_nearest_name(data: Path) -> None:
    with pytest.raises(DataError, match="did you mean 'unodc'"):
        import_source("unodoc", data / "x.xlsx", data)


@pytest.mark.parametrize(("release", "year"), [("2025-04-14", 2025), ("2023-05-30", 2023)])
def test_the_published_workbook_agrees_with_the_table_cell_for_cell(
    published: Path, facts_folder: Path, release: str, year: int
) -> None:
    book = read_workbook(published / "glotip" / f"data_glotip_release{release}.xlsx")
    long = pd.read_csv(published / "glotip" / f"long_{year}.csv")
    both = book.counts.merge(
        long, on=["iso3", "year", "indicator"], how="outer", suffixes=("", "_long"), indicator=True
    )
    alone = both[both["_merge"] != "both"]
    assert set(alone["iso3"]) <= {"PRK"}, "in the workbook, left out of the table compared with"
    both = both[both["_merge"] == "both"]
    assert len(both) == len(long) > 10_000
    suppressed = both["censored"] == 1
    assert (both.loc[suppressed, "lower"] == 0).all()
    assert (both.loc[suppressed, "upper"] == 4).all()
    assert (both.loc[~suppressed, "lower"] == both.loc[~suppressed, "value_long"]).all()
    assert (both.loc[~suppressed, "upper"] == both.loc[~suppressed, "value_long"]).all()
    own = pd.read_csv(facts_folder / "raw" / f"unodc_glotip_{year}.csv", dtype=str)
    assert own["value"].tolist() == book.counts["value"].tolist()
