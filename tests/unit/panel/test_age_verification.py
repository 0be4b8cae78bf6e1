"""Weekly search interest: from the published table to weeks, tenths and the study's panel."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evaluation.panel.gather import gather
from evaluation.panel.registers import Registers
from evaluation.panel.shape import shape
from evaluation.panel.sources.age_verification import INDICATORS, import_file, read_search_interest
from evaluation.terms import DataError, Study
from evaluation.terms.periods import opens
from tests.unit.panel.studies import study

PUBLISHED = pd.DataFrame(
    {
        "state": ["LA", "LA", "WY", "LA"],
        "int_date": [18987, 18994, 18987, 19358],
        "date": ["2021-12-26", "2022-01-02", "2021-12-26", "2023-01-01"],
        "hits": [100.0, 37.0, 0.0, 5.0],
        "post_treat": [0, 0, 0, 0],
        "outcome": ["pornhub", "pornhub", "vpn", "vpn"],
    }
)
ADOPTERS = ("AL", "AR", "ID", "IN", "KS", "KY", "LA", "MS", "MT", "NC", "NE", "TX", "UT", "VA")


def age_verification() -> Study:
    """As conf/study/age_verification_laws.yaml has it."""
    return study(
        "age_verification_laws",
        {
            "observations": ("age_verification",), "span": ("2021-W52", "2024-W43"), "every": "week",
            "units_of": "us_states", "min_reported": 104, "min_before": 52, "min_after": 3,
        },
        {"indicators": tuple(INDICATORS.values()), "interventions": ("age_verification_law",)},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["published.csv", "published.csv.gz", "published.parquet"])
def test_weeks_are_those_of_their_monday_and_points_are_tenths(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    PUBLISHED.to_parquet(file) if file.suffix == ".parquet" else PUBLISHED.to_csv(file, index=False)
    read = read_search_interest(file)
    assert list(read.itertuples(index=False, name=None)) == [
        ("LA", "2021-W52", "search_complying", 1000),
        ("LA", "2022-W01", "search_complying", 370),
        ("LA", "2023-W01", "search_vpn", 50),
    ]  # Wyoming's nought is no figure


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"date": "2021-12-27"}, "2021-12-27 is no Sunday"),
        ({"hits": "<1"}, "'<1' stands in column 'hits'"),
        ({"hits": "37.5"}, "'37.5' stands in column 'hits'"),
        ({"outcome": "google"}, "'google' stands in column 'outcome'"),
        ({"state": "Ohio"}, "'Ohio' stands in column 'state'"),
    ],
)
def test_a_table_of_another_form_is_refused(tmp_path: Path, change: dict[str, str], says: str) -> None:
    file = tmp_path / "published.csv"
    PUBLISHED.astype("str").assign(**{name: [value] * 4 for name, value in change.items()}).to_csv(file, index=False)
    with pytest.raises(DataError, match=says):
        read_search_interest(file)


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "published.parquet"
    file.write_text("no table")
    with pytest.raises(DataError, match=r"it cannot be read .*; give the table as published"):
        read_search_interest(file)


def test_importing_the_published_table_again_changes_nothing(cases: Path, data: Path) -> None:
    published = cases / "age_verification_laws" / "lang_av_laws.csv.gz"
    if not published.is_file():
        pytest.skip(f"the published table is not here: {published}")
    files = [data / "raw" / "age_verification.csv", data / "registers" / "sources.yaml"]
    before = [file.read_bytes() for file in files]
    import_file(published, data)
    assert [file.read_bytes() for file in files] == before


def test_the_study_has_the_published_size_and_laws(registers: Registers, facts_folder: Path) -> None:
    asked = age_verification()
    panel = shape(asked, registers, gather(asked, registers, facts_folder).observations, facts_folder)
    assert (panel.sizes["indicator"], panel.sizes["unit"], panel.sizes["time"]) == (4, 46, 148)
    assert tuple(json.loads(panel.attrs["treated"])) == ADOPTERS
    assert "OK" in panel["unit"].values  # its law began after the window: untreated all through
    law = panel["exposure"].sel(intervention="age_verification_law")
    assert law.sel(unit="UT", time="2023-W18").item() == pytest.approx(5 / 7)  # 3 May 2023, a Wednesday
    assert law.sel(unit="LA", time="2022-W52").item() == pytest.approx(1 / 7)  # 1 January 2023, a Sunday
    assert int((panel["status"] == 0).sum()) == 103  # too few searches for VPN


def test_laws_begin_in_the_published_weeks(cases: Path, registers: Registers) -> None:
    """`post_treat` is 1 from the first whole week on: the law began in the published week before it."""
    published = pd.read_csv(cases / "age_verification_laws" / "lang_av_laws.csv.gz")
    under = published[(published["outcome"] == "pornhub") & (published["post_treat"] == 1)]
    first = pd.to_datetime(under.groupby("state")["date"].min())
    laws = {one.unit: pd.Timestamp(one.starts) for one in registers.interventions["age_verification_law"].adoptions}
    assert {unit for unit, starts in laws.items() if starts < pd.Timestamp("2024-10-27")} == set(first.index)
    for unit, whole in first.items():
        assert whole - pd.Timedelta(days=7) <= laws[str(unit)] < whole, unit
    assert opens("2021-W52").isoformat() == "2021-12-27"
