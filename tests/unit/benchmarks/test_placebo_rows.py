"""How answers about placebo laws are scored, and held against the targets."""

from dataclasses import replace

import numpy as np
import pytest
from placebo_picture import picture
from placebo_rows import OURS, Estimate, cells_of, lines_of, lines_of_readme, rows_of, score, verdicts

ONE = Estimate(
    kind="-40", draw=0, method=OURS, quantity="convicted", engine="nuts", truth=-0.5, estimate=-0.4, lower=-0.9,
    upper=0.1, rhat=1.0,
)  # fmt: skip


def test_a_score_by_hand() -> None:
    missed = replace(ONE, draw=1, estimate=-1.2, lower=-1.5, upper=-0.9)
    told = score([ONE, missed])
    assert told["covered"] == 50
    assert told["excludes_0"] == 50
    assert told["bias"] == pytest.approx((0.1 - 0.7) / 2)
    assert told["rmse"] == pytest.approx(np.sqrt((0.1**2 + 0.7**2) / 2))
    assert told["width"] == pytest.approx(0.8)


def test_an_answer_without_numbers_is_counted_and_not_scored() -> None:
    broken = replace(ONE, draw=1, estimate=np.nan, lower=np.nan, upper=np.nan)
    told = score([ONE, broken])
    assert (told["placebos"], told["without_numbers"]) == (1, 1)
    assert told["covered"] == 100
    only = rows_of([broken])[0]
    assert only["placebos"] == 0
    assert "covered" not in only
    assert cells_of(only)[2:4] == ("0 (1 without)", "")


def rows(ours: list[Estimate], error_of_peer: float) -> dict:
    peers = [replace(one, method="a peer", estimate=one.truth + error_of_peer) for one in ours]
    return {"rows": rows_of([*ours, *peers])}


def test_targets_reached_and_missed() -> None:
    covering = [replace(ONE, draw=draw) for draw in range(10)]
    assert [held.reached for held in verdicts(rows(covering, 0.3))] == [True, True]
    assert [held.reached for held in verdicts(rows(covering, 0.15))] == [True, False]  # not half the error of the peer
    narrow = [replace(one, lower=-0.41, upper=-0.39) for one in covering]
    assert [held.reached for held in verdicts(rows(narrow, 0.3))] == [False, True]


def test_false_positives_are_judged_where_the_law_does_nothing() -> None:
    nothing = [replace(ONE, kind="none", draw=draw, truth=0.0) for draw in range(10)]
    assert next(verdicts(rows(nothing, 1.0))).reached
    wrong = [replace(one, upper=-0.1) for one in nothing]
    assert not next(verdicts(rows(wrong, 1.0))).reached


def test_too_wide_is_missed_as_well_where_effects_come_from_the_prior() -> None:
    always = [replace(ONE, kind="prior", draw=draw) for draw in range(10)]
    assert not next(verdicts(rows(always, 1.0))).reached


def test_a_peer_asked_about_fewer_placebos_is_no_rival() -> None:
    ours = [replace(ONE, draw=draw) for draw in range(10)]
    lucky = replace(ONE, method="a slow peer", estimate=ONE.truth)
    result = {"rows": rows_of([*ours, lucky])}
    assert len(list(verdicts(result))) == 1


def whole() -> dict:
    """A result with a law that does nothing and one of -40 %, and a slow peer."""
    nothing = [replace(ONE, kind="none", draw=draw, truth=0.0, estimate=0.1) for draw in range(10)]
    fall = [replace(ONE, draw=draw, lower=-0.45) for draw in range(10)]
    slow = [replace(ONE, kind="none", method="slow & sure", truth=0.0, estimate=0.2)]
    labels = {"convicted": "Persons convicted"}
    told = {"command": "python x", "study": "buyer_laws", "units": 78, "adopters": 5, "fits": 20, "vouched_for": 19}
    return {
        **rows([*nothing, *fall], 0.5),
        "outcomes": ["convicted"],
        "labels": labels,
        "nuts_rhat_above": 0,
        **told,
    } | {"rows": [*rows([*nothing, *fall], 0.5)["rows"], *rows_of(slow)]}


def test_the_short_table_says_what_was_asked_less_and_what_is_missed() -> None:
    text = "\n".join(lines_of_readme(whole()))
    assert "| **this project** | 0 | 0 | 0.10 |" in text
    assert "slow & sure (1 laws)" in text
    assert "at least 90 % cover a fall of 20, 40 and 60 %: **missed** in 1 of 1 (-40 %, convicted: 0.0 % of" in text
    assert "at most 6 % of intervals leave out zero where nothing was done: reached." in text


def test_the_long_tables_say_who_made_the_fits_and_every_target() -> None:
    text = "\n".join(lines_of(whole(), "A machine."))
    assert "Of 20 fits, 19 with the field integrated out, 1 by NUTS" in text
    assert text.count("MISSED") == 1
    assert "The law does: **-40 %**." in text


def test_the_picture_has_words_for_whoever_cannot_see_it_and_needs_no_other_file() -> None:
    svg = picture(whole())
    assert "this project 0 % (Persons convicted)" in svg
    assert "slow &amp; sure" in svg
    assert svg.count("slow & sure") == 0
    assert "log rate ratio" in svg
    assert "href" not in svg
    assert "%</text>" in svg
