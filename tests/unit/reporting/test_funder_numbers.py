"""No orphan number: each that a reader of the funder page sees stands in a claim, the draws, a finding, a register."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.conclusions.likelihood import SCALE, frequency
from evaluation.conclusions.summary import chances, summarise
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.funder.page import funder_page
from evaluation.reporting.language import Language
from evaluation.reporting.render import render_funder
from evaluation.terms import Claim, Verdict
from evaluation.terms.panel import Status
from tests.unit.reporting.funder_cases import CASES, DECISION, draws_of, evidence_of

NUMBER = {  # thousands parted by a comma or a narrow space; decimals after a point or a comma
    "en": re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?![\d.]\d)"),
    "es": re.compile(r"(?<![\w.,-])\d+(?:\u202f\d{3})*(?:,\d+)?(?![\d.]\d)"),
}
SILENT = {"style", "title", "script"}


class Visible(HTMLParser):
    """The words that a reader sees or hears: text, descriptions of pictures, labels."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.words += [value for name, value in attrs if name == "aria-label" and value]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not set(self.inside) & SILENT or "svg" in self.inside:
            self.words.append(data)


def numbers_of(page: str, code: str) -> list[tuple[str, float]]:
    found = []
    for words in Visible(page).words:
        for match in NUMBER[code].finditer(words):
            shown = match.group()
            plain = shown.replace("\u202f", "")
            plain = plain.replace(",", "") if code == "en" else plain.replace(".", "").replace(",", ".")
            found.append((shown, float(plain)))
    return found


def explained(evidence: Evidence) -> Iterator[float]:
    """Every number that may be printed, unrounded, without its sign."""
    study, claims = evidence.study, evidence.claims
    yield from (100.0, 20.0, 1.0, 19.0, 99.0, abs(study.question.matters_from), 100 * (1 - study.report.interval))
    yield from (float(end) for word in SCALE for end in (word.lowest, word.highest))
    for claim in claims:
        ends = [value for value in (claim.estimate, claim.lower, claim.upper) if value is not None]
        yield from map(abs, ends)
        yield from (100 + value for value in ends if claim.unit == "percent")
        chances_told = [
            *claim.probabilities.values(),
            *([claim.estimate or 0.0] if claim.unit == "probability" else []),
        ]
        if {"matters", "equivalence"} <= set(claim.probabilities):
            chances_told.append(max(0.0, 1 - claim.probabilities["matters"] - claim.probabilities["equivalence"]))
        yield from (float(frequency(chance).chances) for chance in chances_told)
    draws = evidence.node("overall")["percent"].values.ravel()
    places, limit = np.quantile(draws, (np.arange(20) + 0.5) / 20), abs(study.question.matters_from)
    zones = (places <= -limit, (places > -limit) & (places < 0), (places >= 0) & (places < limit), places >= limit)
    yield from (float(zone.sum()) for zone in zones)
    verdicts = Counter(one.verdict for one in evidence.findings)
    yield from (float(sum(verdicts.values())), *(float(verdicts[one]) for one in Verdict))
    yield from (float(one.statistic) for one in evidence.findings if one.check in {"treated_units", "design_contrast"})
    yield from (100 * (one.statistic or 0.0) for one in evidence.findings if one.check == "assurance")
    yield float(evidence.status_count(Status.EXACT) + evidence.status_count(Status.SUPPRESSED))
    yield from (float(evidence.panel.sizes["unit"]), float(len(evidence.treated)))
    yield 2010.0  # the scale of Mastrandrea and others (2010)


def words_with_numbers(evidence: Evidence) -> str:
    """Words of registers, of the study and of the records, whose own numbers may stand on the page as they are."""
    held = [evidence.study.title, evidence.study.question.says, evidence.study.name, *evidence.times]
    held += [evidence.unit_name(unit) for unit in evidence.treated]
    held += [source.citation for source in evidence.registers["sources"].values()]
    held += [str(record["finished"]) for record in evidence.records]
    held += [assertion.says for assertion in evidence.registers["assertions"].values()]
    return " ".join(held)


def orphans(evidence: Evidence, code: str) -> list[str]:
    """Numbers of the page that nothing explains; ticks of an axis are no results."""
    page = render_funder(funder_page(evidence, Language(code)))
    page = re.sub(r'<text class="f-muted"[^>]*>[\u2212+]?\d+</text>', "", page)
    known = list(explained(evidence))
    own = {number for _, number in numbers_of(f"<p>{words_with_numbers(evidence)}</p>", "en")}

    def is_known(shown: str, value: float) -> bool:
        places = len(shown.partition("." if code == "en" else ",")[2])
        return value in own or any(
            abs(value - one) <= max(0.5 * 10**-places, 0.05 * one if one >= 100 else 0) + 1e-9 for one in known
        )

    return [shown for shown, value in numbers_of(page, code) if not is_known(shown, value)]


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("case", CASES)
def test_every_number_on_the_page_is_found_where_it_comes_from(case, code):
    assert orphans(evidence_of(case), code) == []


@settings(max_examples=30, deadline=None)
@given(middle=st.floats(-2.0, 1.2), sd=st.floats(0.01, 0.8), code=st.sampled_from(["en", "es"]))
def test_so_it_is_for_any_answer(middle, sd, code):
    draws = 100 * np.expm1(np.random.default_rng(5).normal(middle, sd, 400))
    assert orphans(evidence_of("sure", draws=draws), code) == []


def test_a_number_from_nowhere_is_seen():
    evidence = evidence_of("sure")
    other = draws_of("harmful")
    one = summarise(other, interval=0.95, probabilities=chances(other, -20.0))
    moved = replace(evidence.claims[0], estimate=one.estimate - 60, lower=one.lower - 60, upper=one.upper - 60)
    page = render_funder(funder_page(replace(evidence, claims=(moved,)), Language("en")))
    told = {shown for shown, _ in numbers_of(page, "en")}
    assert "42" in told  # 18 - 60
    assert not any(abs(42 - known) <= 0.5 for known in explained(evidence))


def plain_spaces(words: str) -> str:
    return str(words).replace("\u00a0", " ")


def test_numbers_of_money_are_those_of_the_decision():
    evidence = evidence_of("sure")
    evidence = replace(evidence, registers={**evidence.registers, "decision": DECISION})
    parts = {part.name: part for part in funder_page(evidence, Language("en")).parts}
    assert [plain_spaces(one) for one in parts["costs"].sentences] == [
        "One more country with the law, for 5 years, would cost about EUR 120,000 (between EUR 90,000 and "
        "EUR 200,000), at prices of 2020.",
        "For one fewer (persons), that is about EUR 3.1 (between EUR 2.0 and EUR 5.5).",
        "If one is worth EUR 400, as the ministry said, that it pays is likely: about 17 chances in 20.",
    ]
    assert [plain_spaces(point.words) for point in parts["next"].points] == [
        "Follow the same countries for 2 more years. The chance of choosing wrong would fall from 12 to 7 in 100. What "
        "it tells would be worth about EUR 5,400. It costs about EUR 2,000.",
        "A survey of buyers. What it would be worth is not known. It costs about EUR 2,000.",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"cost_per_unit": None},
            "What one unit of change costs cannot be said: in another country the change may go the other way.",
        ),
        ({"worth": None, "worthwhile": None}, "Nobody has said what one is worth, so whether it pays stays open."),
        (
            {"refused": "the claim is withheld"},
            "Nothing can be said of what a change costs. The reason: the claim is withheld",
        ),
        ({"simulated": True}, "This money is made up, as the data are."),
    ],
)
def test_what_is_not_known_of_money_is_said(change, says):
    evidence = evidence_of("sure")
    evidence = replace(evidence, registers={**evidence.registers, "decision": DECISION | change})
    costs = next(part for part in funder_page(evidence, Language("en")).parts if part.name == "costs")
    assert says in [str(one) for one in costs.sentences]


def test_a_step_that_changes_little_or_costs_more_than_it_is_worth_is_told_so():
    step = DECISION["steps"][1] | {"wrong_side": 0.118, "value": 900.0}
    evidence = evidence_of("sure")
    decision = DECISION | {"steps": [step]}
    evidence = replace(evidence, registers={**evidence.registers, "decision": decision})
    steps = next(part for part in funder_page(evidence, Language("en")).parts if part.name == "next")
    assert str(steps.sentences[0]).startswith("To choose wrong is to adopt where")
    assert plain_spaces(steps.points[0].words) == (
        "Follow the same countries for 2 more years. The chance of choosing wrong, 12 in 100, would hardly change. "
        "What it tells would be worth about EUR 900. It costs about EUR 2,000: more than it would be worth."
    )


def test_without_a_cost_nothing_is_said_of_it_and_a_withheld_answer_has_none():
    for case, says in (("sure", "No cost is on record"), ("withheld", "There is no answer, so nothing can be said")):
        costs = next(part for part in funder_page(evidence_of(case), Language("en")).parts if part.name == "costs")
        assert str(costs.sentences[0]).startswith(says)
        assert len(costs.sentences) == 1


def test_counts_and_the_next_unit_are_told_where_one_thing_is_counted(make: SimpleNamespace):
    evidence = evidence_of("sure")
    difference = Claim(
        name="difference:prosecuted",
        says="",
        unit="persons",
        estimate=-3417.6,
        lower=-5060.9,
        upper=-1725.4,
        interval=0.95,
    )
    following = Claim(
        name="next_unit:prosecuted", says="", unit="percent", estimate=-12.0, lower=-28.2, upper=2.1, interval=0.95
    )
    page = funder_page(replace(evidence, claims=(*evidence.claims, difference, following)), Language("en"))
    assert (
        "Over all countries and years with the law, that comes to about 3,400 fewer (between 5,100 fewer and 1,700 "
        "fewer)." in map(str, page.told.lines)
    )
    unknown = next(part for part in page.parts if part.name == "unknown")
    told = [str(point.words).replace("\u202f", " ") for point in unknown.points]
    assert (
        "Whether another country would see the same. There the change could be anything between 28 % lower and 2 % "
        "higher." in told
    )


def test_what_moved_next_door_is_told_first_and_no_worth_is_put_on_the_rest():
    evidence = evidence_of("sure")
    net = Claim(name="net", says="", unit="percent", estimate=-4.0, lower=-9.3, upper=1.7, interval=0.95)
    page = funder_page(replace(evidence, claims=(*evidence.claims, net)), Language("en"))
    told = [str(line).replace("\u202f", " ") for line in page.told.lines]
    assert told[0] == (
        "Part of it may only have moved. With what turned up elsewhere counted in, the change in all is: 4 % "
        "lower (between 9 % lower and 2 % higher)."
    )
    assert not any("is better here" in line for line in told)
    assert any("Fewer is better here" in line for line in map(str, funder_page(evidence, Language("en")).told.lines))


def test_next_steps_come_from_the_rehearsal_where_no_decision_is_made():
    evidence = evidence_of("sure")
    made = xr.Dataset(
        {
            "more_periods": ("design", [0, 5, 10, 0]),
            "times_adopters": ("design", [1, 1, 1, 2]),
            "expected_assurance": ("design", [0.22, 0.31, 0.4, 0.23]),
        },
        coords={"design": ["as it is", "5 years more", "10 years more", "2 times as many"]},
    )
    evidence = replace(evidence, registers={**evidence.registers, "simulations": made})
    steps = next(part for part in funder_page(evidence, Language("en")).parts if part.name == "next")
    assert [str(point.words) for point in steps.points] == [
        "Follow the same countries for 10 years more. A change that just matters would then be seen in 40 of 100 such "
        "studies; today it is 22.",
        "Write the plan of the next study down before its figures are seen.",
    ]


@pytest.mark.parametrize(("times", "named"), [(2, True), (40, False)])
def test_more_adopters_than_there_are_units_is_no_step(times, named):
    evidence = evidence_of("sure")
    assert 2 * len(evidence.treated) <= evidence.panel.sizes["unit"] < 40 * len(evidence.treated)
    made = xr.Dataset(
        {
            "more_periods": ("design", [0, 0]),
            "times_adopters": ("design", [1, times]),
            "expected_assurance": ("design", [0.22, 0.5]),
        }
    )
    evidence = replace(evidence, registers={**evidence.registers, "simulations": made})
    steps = next(part for part in funder_page(evidence, Language("en")).parts if part.name == "next")
    assert any(f"{times} times as many" in str(point.words) for point in steps.points) is named
