"""The registers hold what they promise: every law, every row of the theory of change, names that exist, true hashes."""

import re
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.panel.calendar import share_in_force
from evaluation.panel.registers import Registers, read_registers
from evaluation.terms import DataError
from evaluation.terms.world import Actor, PartOfWhole, Refutation


def test_every_table_has_a_card_and_every_card_its_table_unchanged(registers: Registers, facts_folder: Path) -> None:
    tables = {file.name for file in (facts_folder / "raw").glob("*.csv")}
    assert {card.file for card in registers.sources.values()} == tables
    for name, card in registers.sources.items():
        found = sha256((facts_folder / "raw" / card.file).read_bytes()).hexdigest()
        assert found == card.sha256, f"{name}: the table is not the one its card describes"


def test_every_card_explains_the_columns_of_its_table_and_no_others(registers: Registers, facts_folder: Path) -> None:
    for name, card in registers.sources.items():
        header = (facts_folder / "raw" / card.file).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert list(card.columns) == header, name
        assert all((card.citation, card.vintage, card.licence, card.publisher)), name


def test_every_law_of_the_register_of_laws_stands_under_one_intervention(
    registers: Registers, facts_folder: Path
) -> None:
    laws = pd.read_csv(facts_folder / "raw" / "laws.csv", dtype=str, keep_default_na=False)
    assert len(laws) == 57
    adopted = Counter(
        (adoption.unit, adoption.law, adoption.starts, adoption.certainty.value)
        for name, intervention in registers.interventions.items()
        if name not in {"castle_law", "simulated_programme", "simulated_grid_programme"}
        for adoption in intervention.adoptions
    )
    expected = laws[["unit", "law", "starts", "certainty"]].itertuples(index=False, name=None)
    assert adopted == Counter(expected)


def test_the_tactics_hold_every_row_of_the_theory_of_change(registers: Registers) -> None:
    inside = [t for t in registers.tactics.values() if "outside the theory of change" not in t.says]
    assert Counter((tactic.actor, tactic.claimed) for tactic in inside) == Counter(
        {
            (Actor.PRODUCT, "small"): 2,  # awareness; education and job training
            (Actor.PRODUCT, "small to medium"): 1,  # shelter, referral, reintegration
            (Actor.WHOLESALER, "small"): 2,  # borders; prosecution
            (Actor.RETAILER, "small"): 1,  # prosecution, fines, police funding
            (Actor.RETAILER, "not stated"): 2,  # platforms; business policies
            (Actor.CONSUMER, "small"): 1,  # awareness
            (Actor.CONSUMER, "medium to large"): 1,  # the law against buying
            (Actor.CONSUMER, "small to medium"): 1,  # support for buyers
            (Actor.SYSTEM, "not stated"): 2,  # legal frameworks; training and media
        }
    )
    assert registers.tactics["consumer_law"].claimed_percent == -60


def test_a_claim_that_arithmetic_refutes_says_so_and_the_sum_is_right(registers: Registers) -> None:
    """4.8 of 40.3 million is 12 %, not 71 %: computed from the sentence itself."""
    refuted = {n for n, a in registers.assertions.items() if a.refuted is Refutation.ARITHMETIC}
    assert refuted == {"victims_sexual_share_71"}
    assertion = registers.assertions["victims_sexual_share_71"]
    whole, part, percent = (float(n) for n in re.findall(r"\d+(?:\.\d+)?", assertion.says))
    assert assertion.numbers == PartOfWhole(part=part, whole=whole, share=percent)
    assert assertion.calculation.startswith("4.8 / 40.3 = 11.9 %, not 71 %; 71 % is elsewhere")


@pytest.mark.parametrize(
    ("part", "whole", "share", "contradicts"),
    [(4.8, 40.3, 71.0, True), (4.8, 40.3, 12.0, False), (1.0, 3.0, 33.0, False), (1.0, 3.0, 35.0, False),
     (10.0, 30.0, 35.0, False), (10.0, 30.0, 37.0, True), (28.7, 40.3, 71.0, False)],
)  # fmt: skip
def test_arithmetic_allows_for_rounding_and_for_nothing_else(
    part: float, whole: float, share: float, contradicts: bool
) -> None:
    """10 of 30 may be 9.5 of 30.5 or 10.5 of 29.5, 31.1 % to 35.6 %: 35 % (from 34.5 %) may be that, 37 % not."""
    assert PartOfWhole(part=part, whole=whole, share=share).contradicts is contradicts


def test_every_cost_has_a_source_and_says_what_it_covers(registers: Registers) -> None:
    real = {name: cost for name, cost in registers.costs.items() if not cost.simulated}
    assert real
    assert all(cost.notes and cost.currency != "XTS" for cost in real.values())
    assert {cost.currency for cost in registers.costs.values() if cost.simulated} == {"XTS"}


# Share of the first year in force, as published with the data of Cheng and Hoekstra (2013).
PUBLISHED_SHARES = {
    "AL": 0.580822, "AK": 0.295890, "AZ": 0.684932, "FL": 0.246575, "GA": 0.5, "IN": 0.5, "KS": 0.6, "KY": 0.468493,
    "LA": 0.375342, "MI": 0.246575, "MS": 0.5, "MO": 0.339726, "MT": 0.676712, "ND": 0.413699, "OH": 0.306849,
    "OK": 0.161644, "SC": 0.558904, "SD": 0.5, "TN": 0.608219, "TX": 0.328767, "WV": 0.838356,
}  # fmt: skip


def test_the_dates_of_the_castle_laws_give_the_published_share_of_the_year(registers: Registers) -> None:
    laws = {adoption.unit: adoption for adoption in registers.interventions["castle_law"].adoptions}
    assert laws.keys() == PUBLISHED_SHARES.keys()
    for unit, published in PUBLISHED_SHARES.items():
        share = share_in_force(laws[unit].starts, None, [laws[unit].starts[:4]], "year")
        np.testing.assert_allclose(share, published, atol=0.5 / 365 + 1e-6, err_msg=unit)


def test_breaks_speak_of_countries_and_give_a_reason(registers: Registers, facts_folder: Path) -> None:
    countries = set(pd.read_csv(facts_folder / "raw" / "countries.csv")["unit"])
    assert {broken.unit for broken in registers.breaks} <= countries
    assert all(broken.why and broken.source for broken in registers.breaks)
    keys = [(b.unit, b.from_period, i) for b in registers.breaks for i in b.indicators]
    assert len(keys) == len(set(keys)), "one series breaks once in one year"


@pytest.mark.parametrize(
    ("register", "old", "new", "says"),
    [
        ("interventions", "tactic: consumer_law", "tactic: consumer_lwa", "did you mean 'consumer_law'?"),
        ("indicators", "sources: [castle]", "sources: [castel]", "did you mean 'castle'?"),
        ("indicators", "role: market", "role: markt", "did you mean 'market'?"),
        ("breaks", "indicators: [suspects]", "indicators: [suspect]", "did you mean 'suspects'?"),
        ("interventions", "starts: '2016-04-14'", "starts: '2016-14-04'", "'2016-14-04' is no date"),
        ("tactics", "actor: consumer", "aktor: consumer", "unknown key 'aktor'"),
        ("assertions", "share: 71", "share: 12", "refuted is 'arithmetic', but 4.8 / 40.3 = 11.9 %, as stated: 12 %"),
        ("assertions", "  numbers: {part: 4.8, whole: 40.3, share: 71}", "  #", "it is refuted by no arithmetic"),
        ("costs", "lower: 71000000", "lower: -71000000", "it costs -71,000,000"),
        ("costs", "upper: 6600000", "upper: 66000", "lower 5,000,000 is above upper 66,000"),
        ("costs", "currency: EUR", "currency: euro", "'euro' is no currency"),
        ("costs", "  currency: EUR\n", "", "key 'currency' is missing"),
        ("costs", "  price_year: 2017\n", "", "key 'price_year' is missing"),
        ("costs", "per: adoption", "per: adopted", "did you mean 'adoption'?"),
        (
            "breaks",
            "- unit: GBR",
            "- !!python/object/apply:os.getcwd []\n- unit: GBR",
            "could not determine a constructor",
        ),
    ],
)
def test_a_wrong_register_is_refused_with_its_place(data: Path, register: str, old: str, new: str, says: str) -> None:
    file = data / "registers" / f"{register}.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_registers(data)
    assert says in str(error.value)
    assert f"{register}.yaml" in str(error.value)


def test_all_problems_of_all_registers_come_at_once(data: Path) -> None:
    folder = data / "registers"
    (folder / "assertions.yaml").unlink()
    (folder / "tactics.yaml").write_text("[1, 2", encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_registers(data)
    said = str(error.value)
    assert "assertions.yaml: there is no such register" in said
    assert "tactics.yaml: it cannot be read" in said
    assert "tactic 'consumer_law' is in no register" in said
