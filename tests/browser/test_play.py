"""What a reader may do on the site: filter studies, turn the map's years, set studies side by side."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def shown(page) -> list[str]:
    """Names of the studies that are to be seen on the first page."""
    return seen(page, ".entry")


def seen(page, selector: str) -> list[str]:
    """Names of what can be seen of these."""
    return page.eval_on_selector_all(
        selector, "all => all.filter((one) => one.checkVisibility()).map((one) => one.dataset.name)"
    )


def choose(page, label: str, value: str) -> str:
    """Choose an option by its value; what is announced then."""
    page.get_by_label(label, exact=True).select_option(value)
    return page.locator("#shown").inner_text()


def test_filters_leave_the_studies_that_fit_and_say_how_many(opened):
    page = opened("index.html").page
    assert shown(page) == ["platforms", "made_up", "grid"]
    assert choose(page, "Actor", "retailer") == "1 of 3 studies shown."
    assert shown(page) == ["platforms"]
    assert choose(page, "Strength of evidence", "weak") == "0 of 3 studies shown."
    page.get_by_role("button", name="Clear").press("Enter")
    expect(page.locator("#shown")).to_have_text("3 studies.")
    assert shown(page) == ["platforms", "made_up", "grid"]
    assert choose(page, "Tactic", "consumer_law") == "2 of 3 studies shown."


def test_a_country_whose_law_nobody_studied_is_not_passed_off_as_studied(opened):
    page = opened("index.html").page
    said = choose(page, "Country", "SWE")
    assert said.startswith("0 of 3 studies shown. Sweden is not studied")
    assert "In force and not studied: law against buying sex, for the whole act of purchase, since 1999" in said
    assert "in force before the figures begin" in said
    assert choose(page, "Country", "NOR").startswith("2 of 3 studies shown. Norway is studied")
    assert "only in the comparison" in choose(page, "Country", "PRT")


def test_a_filter_works_by_keyboard_and_its_result_is_announced(opened):
    page = opened("index.html").page
    page.get_by_label("Actor").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#shown")).to_contain_text("of 3 studies shown")
    assert page.locator("#shown").get_attribute("aria-live") == "polite"


def test_a_chosen_view_can_be_sent_to_somebody(opened, browser):
    page = opened("index.html").page
    choose(page, "Actor", "retailer")
    address = page.url
    assert address.endswith("#actor=retailer")
    page.goto("about:blank")
    page.goto(address)
    assert shown(page) == ["platforms"]
    page.goto("about:blank")
    page.goto(address.replace("retailer", "nobody"))  # what is not known is left alone
    assert len(shown(page)) == 3


def test_the_map_follows_kind_and_year_in_picture_and_words(opened):
    one = opened("map.html")
    page = one.page
    world = page.locator("#chart-world svg")

    def coloured() -> int:
        return page.locator('#chart-world path[fill="var(--accent)"]').count()

    now = coloured()
    assert now > 0
    year = page.get_by_label("In force in the year")
    year.focus()
    page.keyboard.press("Home")
    expect(page.locator("#shown")).to_contain_text(", 1995.")
    words = page.locator("#shown").inner_text()
    assert words.endswith("In force and studied: none. In force and not studied: none.")
    expect(world).to_have_attribute("aria-label", re.compile("1995"))
    assert coloured() == 0
    page.keyboard.press("End")
    expect(page.locator("#shown")).not_to_contain_text("1995")
    choose(page, "Kind of law", "legalisation")
    expect(world).to_have_attribute("aria-label", re.compile("legal and reg"))
    assert "Austria" in world.get_attribute("aria-label")
    assert coloured() == 0, "in force, but no study asks about it"
    assert page.locator('#chart-world path[fill="var(--warn-wash)"]').count() > 0
    assert one.said == []


def test_the_laws_of_the_kind_on_the_map_stand_open_and_others_a_key_away(opened):
    page = opened("map.html", width=360).page
    assert unfolded(page) == ["kind-buyer_law"]
    choose(page, "Kind of law", "legalisation")
    assert unfolded(page) == ["kind-legalisation"]
    summary = page.locator("#kind-buyer_law summary")
    assert re.search(r"\d+ laws and programmes, 3 of them studied$", summary.inner_text())
    summary.press("Enter")
    assert unfolded(page) == ["kind-buyer_law", "kind-legalisation"]
    page.get_by_label("In force in the year").press("Home")
    assert len(unfolded(page)) == 2, "another year folds nothing"


def test_on_paper_and_without_scripts_every_law_can_be_read(opened):
    page = opened("map.html", script=False).page
    cells = page.locator(".kind td")
    assert page.locator(".kind").count() > 3
    page.locator(".kind").last.locator("summary").click()
    expect(cells.last).to_be_visible()
    page.locator(".kind").last.locator("summary").click()
    expect(cells.last).to_be_hidden()
    page.emulate_media(media="print")
    expect(cells.last).to_be_visible()


def unfolded(page) -> list[str]:
    """Kinds of law whose laws can be seen."""
    return sorted(page.eval_on_selector_all(".kind[open]", "all => all.map((one) => one.id)"))


def test_the_picture_and_the_chart_say_the_same(opened):
    still = opened("map.html", script=False).page.locator("#chart-world svg").get_attribute("aria-label")
    moving = opened("map.html").page
    assert moving.locator("#chart-world svg").get_attribute("aria-label") == still
    assert moving.locator("#shown").inner_text() == still.removeprefix("The world. ")
    choose(moving, "Kind of law", "partial_buyer_law")
    expect(moving.locator("#shown")).to_contain_text("in part")
    assert choose(moving, "Kind of law", "buyer_law") == still.removeprefix("The world. ")


def rows(page) -> list[str]:
    """Studies in the table, from the top."""
    return seen(page, "#studies tr[data-name]")


def test_studies_are_ordered_and_chosen_in_table_and_chart(opened):
    one = opened("compare.html")
    page = one.page
    names = page.locator("#chart-effects .mark-text.role-mark text")

    assert rows(page) == ["platforms", "made_up", "grid"]
    expect(names).to_have_count(2)  # a withheld study has no number to draw
    choose(page, "Order", "effect")
    assert rows(page)[-1] == "platforms", "and stands last"
    page.get_by_label("Simulated studies too").press("Space")
    expect(names).to_have_count(1)
    assert rows(page) == ["made_up", "platforms"]
    page.locator("summary", has_text="Only some studies").press("Enter")
    page.get_by_role("group", name="Only these").get_by_label("Closed platforms").press("Space")
    expect(page.locator("#shown")).to_have_text("1 of 3 studies shown.")
    assert rows(page) == ["platforms"]
    assert one.said == []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("width", "least", "beside"), [(1280, 790, True), (360, 300, False)])
def test_the_chart_is_as_wide_as_there_is_room_and_names_every_study_whole(opened, width, least, beside, script):
    page = opened("compare.html", width=width, script=script).page
    drawing = page.locator("#chart-effects svg:visible")
    expect(drawing).to_have_count(1)
    box = drawing.bounding_box()
    assert least <= box["width"] <= width - 40
    name = page.locator("#chart-effects svg:visible text", has_text="A made-up grid")
    expect(name).to_have_text("A made-up grid (simulated)")
    dot = page.locator("#chart-effects svg:visible .mark-symbol path").last.bounding_box()
    place = name.bounding_box()
    assert (place["y"] + place["height"] > dot["y"]) is beside, "else the name stands above"
    assert place["height"] > 9, "and can be read"


def test_a_chart_follows_the_window_and_fits_the_sheet(opened):
    page = opened("compare.html", width=1280).page
    drawing = page.locator("#chart-effects svg")
    wide = drawing.bounding_box()["width"]
    page.set_viewport_size({"width": 500, "height": 900})
    expect(drawing).to_have_attribute("width", "460")
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(drawing).to_have_attribute("width", str(round(wide)))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(drawing).to_have_attribute("width", "660")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(drawing).to_have_attribute("width", str(round(wide)))


def test_a_number_is_told_where_the_pointer_rests(opened):
    page = opened("compare.html", width=1280).page
    page.locator("#chart-effects .mark-symbol path").first.hover()
    tip = page.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    assert re.search("\u221214\u202f% \\(95\u202f% interval \u221241 to \\+28\u202f%\\)", tip.inner_text())


def test_every_page_is_reached_from_every_other(opened):
    one = opened("index.html")
    names = one.page.eval_on_selector_all(".pages a", "all => all.map((link) => link.getAttribute('href'))")
    assert names == ["index.html", "theory.html", "map.html", "compare.html"]
    assert one.page.locator(".pages [aria-current]").inner_text() == "Studies"
