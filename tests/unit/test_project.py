"""What the project promises about its own files: the lock, the reasons, the words, nothing of one machine."""

import ast
import re
import subprocess
import tomllib
from enum import Enum
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from evaluation import terms

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ADDRESS = re.compile(r"://|^\s*(-e|-i|-f|--index-url|--extra-index-url|--find-links)\b|\s@\s", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.~*\]})-])/(?:home|root|Users|work|mnt)/\w")
REQUIREMENT_LINE = re.compile(r'^\s+"([A-Za-z0-9_.-]+(?:\[[\w,]+\])?)[^"]*",?(.*)$')


def locked() -> dict[str, str]:
    return {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK, re.MULTILINE)
    }


def direct() -> list[Requirement]:
    return [Requirement(text) for text in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]]


def tracked() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of tracked files")
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_the_lock_holds_no_address():
    assert ADDRESS.search(LOCK) is None


@pytest.mark.parametrize("line", ["a @ file:///x", "--index-url x", "a==1 # from https://example.org/simple", "-e ."])
def test_an_address_in_a_lock_is_seen(line):
    assert ADDRESS.search(f"numpy==2.5.0 \\\n{line}\n")


def test_every_locked_package_has_a_hash():
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) > 50
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("requirement", direct(), ids=str)
def test_the_lock_keeps_to_what_the_project_asks_for(requirement):
    version = locked().get(canonicalize_name(requirement.name))
    assert version is not None, "not in requirements.lock: run `make lock`"
    assert requirement.specifier.contains(version, prereleases=True), "run `make lock`"


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    names = {requirement.name for requirement in direct()}
    found = {match.group(1).split("[")[0]: match.group(2) for line in lines if (match := REQUIREMENT_LINE.match(line))}
    assert names <= set(found), "one line for each dependency"
    assert [name for name in sorted(names) if not re.search(r"#\s*\w{2,}", found[name])] == []


def test_the_bootstrap_asks_for_the_python_of_the_project():
    script = (ROOT / "tools" / "bootstrap.sh").read_text(encoding="utf-8")
    asked = re.search(r'^wanted="([^"]+)"', script, re.MULTILINE)
    assert asked is not None
    assert asked.group(1) == PROJECT["project"]["requires-python"]
    assert f'python_version = "{asked.group(1)[2:6]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_no_file_names_a_folder_of_one_machine():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a workbook
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE_PATH.finditer(text)]
    assert found == []


@pytest.mark.parametrize("text", ['open("@home@ann@x.csv")', "see @Users@ann@Desktop"])
def test_a_folder_of_one_machine_is_seen(text):  # written with @, or this file would be found itself
    assert MACHINE_PATH.search(text.replace("@", "/"))
    assert not MACHINE_PATH.search(text)


def test_no_lock_of_another_tool_is_tracked():
    assert {path.name for path in tracked()} & {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"} == set()


def test_no_choice_names_a_path_to_code():
    files = sorted((ROOT / "conf").rglob("*.yaml"))
    assert files
    assert [
        path.name for path in files if re.search(r"^\s*-?\s*_(target|partial|args)_\s*:", path.read_text(), re.M)
    ] == []


def unsafe_calls(source: str) -> list[str]:
    """Calls that would build objects from a file; `yaml.load` is let through with a subclass of the safe loader."""
    tree = ast.parse(source)
    safe = {"SafeLoader", "CSafeLoader"}
    safe |= {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).split(".")[-1] in safe for base in node.bases)
    }
    found = []
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(node.func)
        loader = [ast.unparse(key.value).split(".")[-1] for key in node.keywords if key.arg == "Loader"]
        if (
            (name in {"yaml.load", "yaml.load_all"} and not set(loader) & safe)
            or name.split(".")[-1] in {"unsafe_load", "full_load", "instantiate"}
            or name in {"pickle.load", "pickle.loads", "eval", "exec"}
        ):
            found.append(name)
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "evaluation").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_nothing_builds_objects_from_a_file(path):
    assert unsafe_calls(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("yaml.load(text)", ["yaml.load"]),
        ("yaml.load(text, Loader=yaml.Loader)", ["yaml.load"]),
        ("class Mine(yaml.SafeLoader): ...\nyaml.load(text, Loader=Mine)", []),
        ("yaml.safe_load(text)", []),
        ("hydra.utils.instantiate(conf)", ["hydra.utils.instantiate"]),
    ],
)
def test_a_call_that_builds_objects_is_seen(source, found):
    assert unsafe_calls(source) == found


def test_the_citation_agrees_with_the_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license", "type"} <= set(citation)
    assert citation["version"] == PROJECT["project"]["version"]
    assert citation["license"] == PROJECT["project"]["license"]
    assert all(set(author) & {"name", "family-names"} for author in citation["authors"])


def test_the_changelog_knows_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['project']['version'])}\b", changelog, re.MULTILINE)


def glossary() -> list[str]:
    rows = re.findall(r"^\| \*\*([^*]+)\*\*", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [row.lower() for row in rows]


def test_every_noun_of_the_project_is_in_the_glossary():
    nouns = {name for name in terms.__all__ if isinstance(getattr(terms, name), type)}
    nouns = {name for name in nouns if not issubclass(getattr(terms, name), (Enum, Exception))} | {
        "Verdict",
        "Strength",
    }
    spoken = {re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower() for name in nouns}
    assert spoken - {name for name in spoken if name.endswith(" plan")} <= set(glossary())


def test_the_glossary_has_each_word_once_and_in_order():
    words = glossary()
    assert words == sorted(set(words))


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")])


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_in_a_document_leads_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not link.startswith("mailto:") and not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_a_document_names_exists(path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    named = {*re.findall(r"`make ([a-z-]+)", text), *re.findall(r"^make ([a-z-]+)", shown, re.MULTILINE)}
    assert named <= targets
