"""The languages of the funder page: the same messages with the same variables, none unused, no phrase untranslated."""

import ast
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from evaluation.checks.book import check_names
from evaluation.conclusions.likelihood import SCALE
from evaluation.panel.phrases import read_phrases
from evaluation.panel.registers import read_registers
from evaluation.reporting.language import Language, language_codes
from evaluation.terms import DataError, Strength

ROOT = Path(__file__).parents[3]
FUNDER = ROOT / "evaluation" / "reporting"
OTHERS = [code for code in language_codes() if code != "en"]
USUAL = {"law", "places", "every"}  # given to every message
FAMILIES = {
    "likelihood": {word.name for word in SCALE},
    "strength": {one.value for one in Strength},
    "trust": {one.value for one in Strength},
    "answer": {"sure", "probable", "open", "equivalent"},
    "people-key": {"least", "best", "possible"},
    "dots": {"fall-large", "fall-small", "rise-small", "rise-large"},
    "doubt": set(check_names()),
}  # messages whose names are put together


class Seen(Visitor):
    """The variables and the messages that a pattern refers to."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the parser's own name
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802
        self.messages.add(node.id.name)


def text_of(code: str) -> str:
    return files("evaluation.reporting").joinpath("languages", f"{code}.ftl").read_text(encoding="utf-8")


def messages(code: str) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for entry in FluentParser().parse(text_of(code)).body:
        assert not isinstance(entry, ftl.Junk), f"{code}.ftl: {entry.content}"
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, f"{code}.ftl says {entry.id.name} twice"
            seen = Seen()
            seen.visit(entry)
            found[entry.id.name] = seen
    return found


def variables(found: dict[str, Seen], name: str) -> set[str]:
    """Those of a message and of every message it is put together from."""
    inner = (variables(found, other) for other in found[name].messages)
    return found[name].variables.union(*inner)


def used() -> set[str]:
    """Names of messages that the code or a template asks for."""
    names: set[str] = set()
    for path in FUNDER.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    for path in (FUNDER / "templates").glob("funder*.j2"):
        names |= set(re.findall(r'say\("([\w-]+)"\)', path.read_text(encoding="utf-8")))
    return names | {f"{family}-{one}" for family, members in FAMILIES.items() for one in members}


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_stands_in_every_language_with_the_same_variables(code):
    english, other = messages("en"), messages(code)
    assert set(english) - set(other) == set(), "messages without a translation"
    own = set(other) - set(english)  # articles and the like, which English does without
    assert own <= set().union(*(seen.messages for seen in other.values())), "messages that nothing refers to"
    differ = {
        name: (variables(english, name) - USUAL, variables(other, name) - USUAL)
        for name in english
        if variables(english, name) - USUAL != variables(other, name) - USUAL
    }
    assert differ == {}


@pytest.mark.parametrize("code", language_codes())
def test_no_message_is_unused(code):
    found = messages(code)
    referred = set().union(*(seen.messages for seen in found.values()))
    assert set(found) - used() - referred == set()


@pytest.mark.parametrize("code", language_codes())
def test_the_guide_prints_the_scale_as_the_pages_do(code):
    guide = (ROOT / "docs" / "guides" / "words.md").read_text(encoding="utf-8")
    rows = [line for line in guide.splitlines() if re.match(r"\| \d+ to \d+ \|", line)]
    for word, row in zip(SCALE, rows, strict=True):
        assert row.startswith(f"| {word.lowest} to {word.highest} |")
        assert f"| {Language(code).say(f'likelihood-{word.name}')} |" in row


def test_every_check_of_the_book_has_its_own_sentence():
    assert {f"doubt-{name}" for name in check_names()} <= set(messages("en"))


@pytest.mark.parametrize("code", language_codes())
def test_sentences_hold_no_markup_and_no_jargon(code):
    body = "\n".join(line for line in text_of(code).splitlines() if not line.startswith("#"))
    assert re.findall(r"[<>&]", body.replace("->", "")) == []
    words = r"\b(significan(?:t|ce)\w*|significativ\w*|p-values?|posterior\w*|credible|priors?|no effect|sin efecto)\b"
    values = re.findall(r"(?:=|\]|^)\s*([^\[\]=]*)$", body, re.MULTILINE)
    assert [one for one in values if re.search(words, one)] == []


@pytest.mark.parametrize("code", language_codes())
def test_every_message_can_be_said_in_each_of_its_forms(code):
    language, found = Language(code), messages(code)
    for law, places, verdict, side, number, every in [
        ("law", "countries", "FAIL", "lower", 1, "year"),
        ("programme", "states", "CONCERN", "higher", 3, "month"),
        ("policy", "cities", "UNKNOWN", "none", 20, "week"),
        ("intervention", "regions", "UNKNOWN", "about", 0, "day"),
        ("law", "platforms", "FAIL", "above", 2, "year"),
        ("law", "units", "FAIL", "below", 5, "month"),
    ]:
        for name in found:
            given = dict.fromkeys(variables(found, name), "x")
            given |= {"law": law, "places": places, "verdict": verdict, "way": side, "side": side, "every": every}
            numbers = ("count", "outcomes", "treated", "periods", "years", "adopting", "number", "chances", "one_in")
            given |= dict.fromkeys(numbers, number)
            assert "{" not in language.say(name, **given), name


def test_a_message_that_is_not_there_or_lacks_a_variable_is_an_error():
    with pytest.raises(ValueError, match=r"en.ftl holds no message 'nothing'"):
        Language("en").say("nothing")
    with pytest.raises(ValueError, match="size"):
        Language("en").say("change", way="lower")


def test_what_is_given_is_escaped():
    assert "<script>" not in Language("en").say("doubt-other", says="<script>alert(1)</script>")


def words_of(decision: dict[str, Any], indicators: dict[str, Any]) -> set[str]:
    """What the page says of a decision in the words of its plan; designs that were rehearsed have messages."""
    steps = decision.get("next_steps") or []
    own = {one["says"] for one in steps if one["design"].partition(":")[0] not in {"longer", "more_adopters"}}
    things = {indicators[decision["outcome"]].unit.split("/")[0].strip()} if decision else set()
    return own | things | ({decision["worth_by"]} if decision.get("worth_by") else set())


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_of_the_shipped_studies_lacks_a_translation(code):
    phrases, registers = read_phrases(ROOT / "data")[code], read_registers(ROOT / "data")
    wanted: set[str] = set()
    for path in (ROOT / "conf" / "study").glob("*.yaml"):
        study = yaml.safe_load(path.read_text(encoding="utf-8"))
        question = study.get("question") or {}
        wanted |= {study["title"], *([question["says"]] if "says" in question else [])}
        wanted |= {registers.indicators[name].says for name in question.get("indicators", [])}
        wanted |= {registers.assertions[name].says for name in question.get("assertions", [])}
        wanted |= words_of(study.get("decision") or {}, registers.indicators)
    assert {words for words in wanted if words not in phrases} == set()


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_stands_for_words_that_are_gone(code):
    said = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data" / "registers").glob("*.yaml"))
    said += "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "conf" / "study").glob("*.yaml"))
    flat = " ".join(said.split())
    assert [words for words in read_phrases(ROOT / "data")[code] if words not in flat] == []


def test_a_file_of_phrases_that_holds_something_else_lists_every_problem(tmp_path):
    folder = tmp_path / "registers" / "languages"
    folder.mkdir(parents=True)
    (folder / "fr.yaml").write_text('"one": ""\n"two": 3\n"three": "trois"\n')
    (folder / "pt.yaml").write_text("- a\n")
    with pytest.raises(DataError) as caught:
        read_phrases(tmp_path)
    assert [problem.where for problem in caught.value.problems] == ["languages/fr.yaml"] * 2 + ["languages/pt.yaml"]
    assert read_phrases(tmp_path / "nothing") == {}
