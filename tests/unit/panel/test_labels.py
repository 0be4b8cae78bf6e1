"""Every indicator has a short label that fits the pictures, and no two share one."""

import re
from pathlib import Path

import pytest

from evaluation.panel.registers import Registers, read_registers
from evaluation.terms import DataError
from evaluation.terms.world import Role

FITS = 34  # letters that a row of the forest has room for


def test_every_indicator_states_a_label_of_its_own_that_fits(registers: Registers, facts_folder: Path) -> None:
    text = (facts_folder / "registers" / "indicators.yaml").read_text(encoding="utf-8")
    assert len(re.findall(r"^  label: \S", text, flags=re.MULTILINE)) == len(registers.indicators)
    for name, indicator in registers.indicators.items():
        shown = f"{indicator.label} (control)" if indicator.role is Role.CONTROL else indicator.label
        assert len(shown) <= FITS, name
    assert registers.indicators["victims_sexual"].label == "Victims, sexual exploitation"


def test_an_indicator_without_a_label_is_called_by_its_name(data: Path) -> None:
    change(data, "  label: Motor-vehicle thefts\n", "")
    assert read_registers(data).indicators["motor_theft"].label == "Motor theft"


def test_two_indicators_under_one_label_are_refused(data: Path) -> None:
    change(data, "label: Larcenies", "label: Homicides")
    with pytest.raises(DataError, match="homicide and larceny are both labelled 'Homicides'"):
        read_registers(data)


def change(data: Path, old: str, new: str) -> None:
    file = data / "registers" / "indicators.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
