"""Every page in a real browser: phone, tablet and desktop, light and dark, by keyboard, on paper."""

import re
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.browser
WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1280}
FOR_FUNDERS = ("made_up/funder.html", "made_up/funder.es.html") if find_spec("evaluation.reporting.funder") else ()
PAGES = ("index.html", "theory.html", "map.html", "compare.html", "made_up/report.html", *FOR_FUNDERS)
HEAVIEST = 2_000_000  # bytes: a slow line still opens it
LONGEST = 2.0  # seconds to open


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_whole_and_accessible_in_every_width_and_light(opened, axe, name):
    one = opened(name)
    unfold(one.page)
    one.page.evaluate(axe)  # by the debugger, which the page's policy does not bind
    for width in WIDTHS.values():
        one.page.set_viewport_size({"width": width, "height": 900})
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, (width, "it scrolls sideways")
        assert violations(one.page) == [], width
    one.page.emulate_media(color_scheme="dark")  # in the dark only the colours are others, in every width the same
    assert violations(one.page, "color-contrast") == [], "dark"
    assert one.said == []
    assert one.asked == []


@pytest.mark.parametrize("width", [1024, 1280, 1440])
def test_on_a_desk_no_table_of_a_report_goes_on_beyond_its_edge(opened, width):
    page = opened("made_up/report.html", width=width).page
    unfold(page)
    assert page.locator(".wide").count() > 10
    assert cut(page, ".wide") == []


@pytest.mark.parametrize("width", [360, 768])
def test_a_phone_shows_sentences_row_below_row_with_the_name_of_each_column(opened, width):
    page = opened("made_up/report.html", width=width).page
    unfold(page)
    assert cut(page, ".wide:has(.stacked)") == []
    label = "(one) => getComputedStyle(one, '::before').content"
    seen = page.locator("#checks table.stacked td", has_text="no longer exclude none").last
    assert seen.evaluate(label) == '"What was seen"'


def cut(page, selector: str) -> list[str]:
    """What these tables are called that can only be seen whole by scrolling sideways."""
    return page.eval_on_selector_all(
        selector, "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel)"
    )


def unfold(page) -> None:
    """What is folded is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def violations(page, rule: str = "") -> list[str]:
    """What axe-core objects to, by one rule or by all, each with the elements it objects to."""
    asked = {"resultTypes": ["violations"]} | ({"runOnly": [rule]} if rule else {})
    found = page.evaluate("async (asked) => (await axe.run(asked)).violations", asked)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}" for one in found]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_opens_soon(opened, site, name):
    assert (site / name).stat().st_size < HEAVIEST
    assert any(opened(name).seconds < LONGEST for _ in range(3)), "the best of three: a machine may be busy"


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_everything_is_there(opened, name):
    one = opened(name, script=False)
    assert one.said == []
    text = one.page.inner_text("main")
    assert len(text) > 200
    assert one.page.locator("form:visible").count() == 0, "a control that does nothing"
    for picture in one.page.locator("[id^=chart-]").all():
        assert picture.locator("svg:visible").get_attribute("role") == "img"
        assert picture.bounding_box()["height"] > 50


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_alone_reaches_every_control(opened, name):
    page = opened(name).page
    unfold(page)
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, select, input, summary')]
            .filter((one) => one.checkVisibility()).map((one, place) => (one.dataset.place = place))"""
    )
    page.keyboard.press("Tab")
    first = page.evaluate("() => [document.activeElement.className, getComputedStyle(document.activeElement).left]")
    assert first[0] == "skip", "the first stop is the way past the menu"
    assert not first[1].startswith("-"), "and it is seen"
    reached, unseen = set(), []
    for _ in range(2 * len(wanted) + 400):
        place, seen = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
                return [one.dataset.place ?? null, parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none'
                    || one.className === 'skip']; }"""
        )
        if place is not None:
            if place in reached and len(reached) == len(wanted):
                break
            reached.add(place)
            unseen += [] if seen else [place]
        if len(reached) == len(wanted):
            break
        page.keyboard.press("Tab")
    assert len(reached) == len(wanted)
    assert unseen == [], "a focus that nobody sees"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_a_page_prints_on_both_papers(opened, name, paper, size):
    one = opened(name, dark=True)  # whoever prints from a dark screen wants black on white all the same
    written = one.page.pdf(format=paper, prefer_css_page_size=True)
    boxes = {
        tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", written)
    }
    assert boxes
    for left, low, right, high in boxes:
        assert (right - left, high - low) == pytest.approx(size, abs=1.5)
    assert b"/Subtype /Image" not in written, "pictures are drawn, not photographed"
    assert b"/FontFile" in written, "words stay words"


@pytest.mark.parametrize("name", PAGES)
def test_paper_is_white_also_where_the_screen_is_dark(opened, name):
    page = opened(name, dark=True).page
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) != "rgb(255, 255, 255)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    colours = page.evaluate(
        "() => ['--accent', '--line'].map((one) => getComputedStyle(document.body).getPropertyValue(one))"
    )
    assert colours == ["#175a8c", "#d9dfe5"]
