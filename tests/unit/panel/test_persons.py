"""Records of persons are refused, and no cell of them is repeated in the message."""

from pathlib import Path

import pytest

from evaluation.panel.observations import read_observations
from evaluation.panel.registers import Registers
from evaluation.terms import DataError


@pytest.mark.parametrize(
    "rows",
    [
        "unit,period,indicator,value,surname\nFRA,2010,prosecuted,1,Dupont\n",
        "unit,period,indicator,value,Date of Birth\nFRA,2010,prosecuted,1,1990-01-01\n",
        "unit,period,indicator,value,Passport No.\nFRA,2010,prosecuted,1,X123\n",
        "unit,period,indicator,value,phone\nFRA,2010,prosecuted,1,0123\n",
        "unit,period,indicator,value,contact\nFRA,2010,prosecuted,1,a.dupont@example.org\n",
        "victim_id,unit,period\n17,FRA,2010\n",
        "case-id,unit,period,indicator,value\n17,FRA,2010,prosecuted,1\n",
        "unit,period,age,sex,nationality\nFRA,2010,17,f,FRA\n",
        "unit,period,indicator,value\n" + 6 * "FRA,2010,prosecuted,1\n",
    ],
)
def test_a_table_of_persons_is_refused_with_the_reason(tmp_path: Path, registers: Registers, rows: str) -> None:
    file = tmp_path / "persons.csv"
    file.write_text(rows, encoding="utf-8")
    with pytest.raises(DataError, match="aggregate counts only") as error:
        read_observations(file, ("FRA",), registers.indicators)
    for secret in ("Dupont", "dupont", "1990", "X123", "0123"):
        assert secret not in str(error.value)


def test_counts_broken_down_by_age_and_sex_are_no_persons(tmp_path: Path, registers: Registers) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("unit,period,indicator,value,age,sex\nFRA,2010,prosecuted,12,18+,f\n", encoding="utf-8")
    assert len(read_observations(file, ("FRA",), registers.indicators)) == 1
