"""The registered assertions: the threshold tested is the number that the sentence asserts."""

import re
from pathlib import Path

import pytest
import yaml

from evaluation.terms import Assertion, read_record
from evaluation.terms.errors import StudyError

REGISTER = Path(__file__).parents[3] / "data" / "registers" / "assertions.yaml"
ASSERTIONS = {
    name: read_record(Assertion, entry, name)
    for name, entry in yaml.safe_load(REGISTER.read_text(encoding="utf-8")).items()
}


def test_a_number_asserted_is_the_number_tested() -> None:
    said = {name: re.search(r"(about|at least) (\d+(?:\.\d+)?) %", one.says) for name, one in ASSERTIONS.items()}
    found = {name: match.groups() for name, match in said.items() if match}
    assert {"castle_homicide_rises", "buyer_law_demand_falls_60"} <= set(found)
    for name, (word, number) in found.items():
        assertion = ASSERTIONS[name]
        assert assertion.percent is not None
        assert abs(assertion.percent) == float(number), name
        assert (assertion.direction == "about") is (word == "about"), name


def test_about_no_number_is_refused() -> None:
    with pytest.raises(StudyError, match="about"):
        read_record(Assertion, {"says": "s", "source": "s", "estimand": "e", "direction": "about"}, "here")
