"""Canvas, scales and pictures: marks stand where their numbers say."""

import re

import numpy as np
import pytest

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.plots.coverage import Coverage, coverage
from evaluation.reporting.plots.density import Threshold, density
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.plots.series import Series, series
from evaluation.reporting.plots.strip import strip
from evaluation.reporting.scale import count_ticks, ratio, ratio_limits, ratio_ticks, time_labels, time_ticks
from evaluation.reporting.summaries import Summary, chance, summarise
from evaluation.terms import Claim
from evaluation.terms.panel import Status
from evaluation.terms.periods import between


def test_halving_and_doubling_are_equally_far_from_none() -> None:
    canvas = Canvas(100, (10, 10, 10, 10))
    limits = ratio_limits([-50.0, 100.0])
    canvas.limits(limits, (0, 1))
    half, none, double = (canvas.x(float(ratio(value))) for value in (-50.0, 0.0, 100.0))
    assert none - half == pytest.approx(double - none)
    assert canvas.left < half < double < canvas.right


@pytest.mark.parametrize("ends", [(-3, 2), (-20, 15), (-45, 30), (-70, 180), (-96, 900), (-99.9, 90000)])
def test_every_range_has_ticks_beside_none(ends: tuple[float, float]) -> None:
    ticks = ratio_ticks(*ratio_limits(ends, least=2))
    assert 0 in ticks
    assert 3 <= len(ticks) <= 5


@pytest.mark.parametrize("top", [1.1, 3.0, 7.7, 23, 260, 4100, 98000])
def test_count_ticks_are_few_whole_numbers(top: float) -> None:
    ticks = count_ticks(top)
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 6
    assert ticks[-1] <= top
    assert all(tick == int(tick) for tick in ticks)


def test_forest_marks_stand_in_order_and_arrows_mark_what_goes_on() -> None:
    narrow, wide = Summary(-20, -30, -10, -24, -16, 0.99), Summary(5, -99.5, 9000, -40, 60, 0.4)
    svg, says = forest(
        [Mark("A & B", narrow), Mark("C", wide)], title="T", interval=0.95, limits=ratio_limits([-60, 150])
    )
    assert svg.count("<circle") == 2
    assert "A &amp; B" in svg
    first, second = (float(x) for x in re.findall(r'<circle [^>]*cx="([\d.]+)"', svg))
    assert first < second
    assert len(re.findall(r'<path class="f-accent" d="M', svg)) == 2  # one arrow at each end of the wide interval
    assert "A & B: \u221220\u202f% (95\u202f% interval \u221230 to \u221210\u202f%)" in says


def test_words_of_the_strip_cross_no_line() -> None:
    made = Claim(name="overall", says="", unit="percent", estimate=-13.0, lower=-42.0, upper=30.0, interval=0.95)
    svg, _ = strip(made, matters_from=-20.0, truth=None, truth_word="truth")
    lines = [float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+L\1 [\d.]+"', svg)]
    mark = re.search(r'x="([\d.]+)"[^>]*>matters from [^<]*<', svg)
    assert mark
    assert 'text-anchor="end"' in mark.group(0)  # it runs from its own line away from the line of no change
    assert float(mark.group(1)) < min(lines)


def test_a_published_answer_is_not_called_known() -> None:
    svg, says = forest(
        [Mark("A", Summary(10, 4, 16, 8, 12, 0.0), truth=8.3)],
        title="T", interval=0.95, limits=ratio_limits([-20, 30]), truth_word="published answer",
    )  # fmt: skip
    assert "published answer +8.3\u202f%" in says
    assert "published answer" in svg


def test_density_reports_the_chance_beyond_each_threshold() -> None:
    draws = np.random.default_rng(1).normal(-20, 10, 4000)
    one = summarise(draws, 0.95)
    assert one is not None
    svg, says = density(draws, one, [Threshold(-20, "at_most", "matters")], title="T", truth=None)
    assert f"{chance(draws, -20, 'at_most'):.2f}" in svg
    assert "probability 0.5" in says


def one_series(**changes: object) -> Series:
    lower = np.array([np.nan, 10.0, 0.0, 12.0, np.nan])
    given: dict[str, object] = {
        "times": ("2010", "2011", "2012", "2013", "2014"),
        "lower": lower,
        "upper": np.where(lower == 0, 4.0, lower),
        "withheld": np.zeros(5, dtype=bool),
        "questioned": np.array([False, False, False, False, True]),
        "on": np.outer([4, 6, 8, 10, 14], np.ones(5)),
        "off": np.outer([5, 8, 10, 12, 400], np.ones(5)),
        "law_from": 3,
        "breaks": (2,),
        "unit": "persons",
    }
    return Series(**(given | changes))  # type: ignore[arg-type]


def test_series_draws_each_kind_of_cell_its_own_way() -> None:
    svg, says = series(one_series(), title="Norway: victims", law="law")
    assert svg.count("<circle") == 2  # two exact counts
    assert svg.count("2011: 10 persons") == 1
    assert "2 exact counts, 1 suppressed, 1 questioned, 1 not reported" in says
    assert ">law 2013<" in svg
    assert ">break<" in svg
    assert ">as it was<" in svg
    assert ">without it<" in svg


def test_series_keeps_the_counts_readable_under_a_wide_band() -> None:
    svg, _ = series(one_series(), title="T", law="law")
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', svg)]
    assert min(heights) < 130  # a band up to 400 does not press counts of 12 to the floor


def test_series_where_the_law_is_there_from_the_start() -> None:
    svg, _ = series(one_series(law_from=0), title="T", law="law")
    assert "nan" not in svg
    assert ">law 2010<" in svg


def test_coverage_tells_kinds_apart_by_height_and_sign() -> None:
    status = np.array([[1, 1, 2, 0, 3], [0, 0, 1, 1, 1]])
    assert set(status.ravel()) == {int(one) for one in Status}
    one = Coverage(("A", "B"), ("1", "2", "3", "4", "5"), status, (2, -1), ((0, 3),))
    svg, says = coverage(one, title="Victims")
    assert "5 exact, 1 suppressed, 1 questioned, 3 not reported" in says
    assert "1 of them treated" in says
    exact = re.search(r'<path class="f-mid" d="([^"]+)"', svg)
    assert exact
    assert exact.group(1).count("z") == 2


def test_summary_is_that_of_the_draws() -> None:
    draws = np.random.default_rng(3).normal(size=5000)
    one = summarise(draws, 0.9)
    assert one is not None
    assert (one.lower, one.upper) == tuple(np.quantile(draws, [0.05, 0.95]))
    assert one.fall == (draws < 0).mean()


WEEKS = between("2020-W40", "2022-W20")


def weekly(length: int) -> Series:
    counts = np.arange(length, dtype=float)
    middle = np.outer([4, 6, 8, 10, 14], np.ones(length))
    return one_series(
        times=tuple(WEEKS[:length]), lower=counts, upper=counts, questioned=np.zeros(length, dtype=bool),
        on=middle, off=middle, law_from=length // 2, breaks=(),
    )  # fmt: skip


def test_many_weeks_are_marked_where_years_begin() -> None:
    assert [WEEKS[place] for place in time_ticks(WEEKS, 5)] == ["2021-W01", "2022-W01"]
    svg, _ = series(weekly(len(WEEKS)), title="T", law="law")
    assert ">2021<" in svg
    assert ">2022<" in svg
    assert f">law {WEEKS[len(WEEKS) // 2]}<" in svg
    assert "2020-W53: 13 persons" in svg  # what is shown where the pointer rests


def test_few_weeks_are_marked_by_name() -> None:
    svg, _ = series(weekly(20), title="T", law="law")
    assert ">2020-W40<" in svg
    assert ">2020<" not in svg
    assert [WEEKS[place] for place in time_ticks(WEEKS[:30], 5)] == ["2020-W40", "2020-W50", "2021-W07"]


def test_a_map_of_weeks_names_a_year_at_its_middle() -> None:
    svg, _ = coverage(Coverage(("A",), tuple(WEEKS), np.ones((1, len(WEEKS)), int), (-1,), ()), title="T")
    at = {text: float(x) for x, text in re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>(20\d\d)</text>', svg)}
    assert at.keys() == {"2021", "2022"}
    canvas = Canvas(100, (118, 8, 6, 22))
    canvas.limits((0.0, float(len(WEEKS))), (1.0, 0.0))
    assert at["2021"] == pytest.approx(canvas.x(WEEKS.index("2021-W27")), abs=0.1)


def test_months_are_still_marked_by_januaries_and_years_by_years() -> None:
    months = between("2018-03", "2021-02")
    assert [months[place] for place in time_ticks(months, 5)] == ["2019-01", "2020-01", "2021-01"]
    years = between("2007", "2021")
    assert [years[place] for place in time_ticks(years, 5)] == ["2007", "2010", "2013", "2016", "2019"]
    assert time_labels(years, [0, 3]) == ["2007", "2010"]
