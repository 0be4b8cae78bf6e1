"""The shape of the project, as docs/architecture.md states it: who may import what, and how large a file may grow."""

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "evaluation"
DOCUMENT = ROOT / "docs" / "architecture.md"
LONGEST_FILE = 350
HEAVY = ("arviz", "arviz_base", "hydra", "matplotlib", "nutpie", "pandas", "pymc", "pytensor", "xarray")
ROOMS_WITHOUT_WALLS = {"utils", "common", "helpers", "manager", "constants", "misc", "tools"}
FAMILIES = {"arviz_base": "arviz", "arviz_stats": "arviz", "arviz_plots": "arviz"}  # one package, in parts


@dataclass(frozen=True)
class Plan:
    """The table of rooms: which rooms each may import, and who may import each package."""

    may_import: dict[str, set[str]]
    users: dict[str, set[str]]  # package: rooms, and 'door' for evaluation/__main__.py
    common: set[str]  # packages that every room may import


def read_plan(document: str) -> Plan:
    """The import rules, from the table under 'Rooms and imports' and the sentence below it."""
    section = document.split("## Rooms and imports", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| `")
    ]
    rooms = {row[0].strip("`") for row in rows}
    may_import: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    for name, others, packages in rows:
        room = name.strip("`")
        words = set(re.findall(r"\w+", others))
        may_import[room] = rooms - {room} if words == {"all"} else words & rooms
        for group in packages.split(";"):
            shared = re.search(r"\(with ([^)]*)\)", group)
            with_rooms = {room, *re.findall(r"\w+", shared.group(1))} if shared else {room}
            for package in re.findall(r"[a-z0-9_]+", re.sub(r"\(.*?\)", "", group)):
                users.setdefault(package, set()).update(with_rooms)
    common = re.search(r"^(.*?) are common ground", section, re.MULTILINE)
    door = re.search(r"`evaluation/__main__.py` \(([^)]*)\)", section)
    for package in re.findall(r"\w+", door.group(1) if door else ""):
        users.setdefault(package, set()).add("door")
    return Plan(may_import, users, set(re.findall(r"\w+", common.group(1) if common else "")) - {"and"})


def imports_of(source: str) -> set[str]:
    """Every module a source imports: at the top, inside functions, under TYPE_CHECKING, and by literal name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.level == 0 else {"a relative import"}
            )
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            literal = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            if isinstance(literal, ast.Constant):
                found.add(str(literal.value))
    return found


def trespasses(room: str, imported: set[str], plan: Plan) -> set[str]:
    """The imports that the plan does not allow in this room ('door' and 'hall' are the package's own two files)."""
    return {module for module in imported if not allowed(room, module, plan)}


def allowed(room: str, module: str, plan: Plan) -> bool:
    top, *rest = module.split(".")
    if top in sys.stdlib_module_names:
        return True
    if top == "evaluation":
        other = rest[0] if rest else ""
        return room in {"door", "hall"} or other == room or other in plan.may_import[room]
    package = FAMILIES.get(top, top)
    if room == "terms":
        return False
    return package in plan.common or room in plan.users.get(package, set())


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else {"__main__.py": "door"}.get(parts[0], "hall")


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


PLAN = read_plan(DOCUMENT.read_text(encoding="utf-8"))


def test_the_table_is_read_as_it_is_meant():
    plan = read_plan(
        "## Rooms and imports\n| room | may import | alone |\n| --- | --- | --- |\n"
        "| `terms` | nothing of ours | standard library only |\n"
        "| `models` | terms | pymc, pytensor (with checks); numba |\n"
        "| `checks` | terms, models | arviz |\n| `pipeline` | all | hydra |\n"
        "\nnumpy and xarray are common ground. `evaluation/__main__.py` (typer) is the door.\n"
        "## Next\n| `no` | x | y |\n"
    )
    assert plan.may_import == {
        "terms": set(),
        "models": {"terms"},
        "checks": {"terms", "models"},
        "pipeline": {"terms", "models", "checks"},
    }
    assert plan.users["pytensor"] == {"models", "checks"}
    assert plan.users["numba"] == {"models"}
    assert plan.users["typer"] == {"door"}
    assert plan.common == {"numpy", "xarray"}


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("terms", "import re\nfrom evaluation.terms.errors import Problem", set()),
        ("terms", "import numpy as np", {"numpy"}),
        ("models", "def f():\n    import pandas as pd", {"pandas"}),
        ("models", "from evaluation import panel", {"evaluation.panel"}),
        ("models", "from evaluation.inference.fit import fit", {"evaluation.inference.fit.fit"}),
        ("models", "import importlib\nimportlib.import_module(f'evaluation.panel.{name}')", {"evaluation.panel."}),
        ("reporting", "from arviz_stats import loo", {"arviz_stats.loo"}),
        ("checks", "from arviz_stats import loo", set()),
        ("checks", "from ..models import book", {"a relative import"}),
        ("pipeline", "from evaluation.panel.gather import gather\nimport hydra", set()),
    ],
)
def test_a_trespass_is_seen(room, source, found):
    assert trespasses(room, imports_of(source), PLAN) == found


@pytest.mark.parametrize("path", sources(), ids=named)
def test_imports_keep_to_the_table(path):
    assert trespasses(room_of(path), imports_of(path.read_text(encoding="utf-8")), PLAN) == set(), (
        "docs/architecture.md does not allow this; move the code, or change the table with a reason"
    )


def test_every_room_has_a_row_and_every_row_a_room():
    assert set(PLAN.may_import) == {path.name for path in PACKAGE.iterdir() if list(path.glob("*.py"))}


@pytest.mark.parametrize("path", sources(), ids=named)
def test_a_file_stays_small_and_says_what_it_is(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE, "one room or several?"
    assert path.stem not in ROOMS_WITHOUT_WALLS, "such a room has no walls"
    assert ast.get_docstring(ast.parse(text)), "the module does not say what it is"


@pytest.mark.parametrize("path", sources(), ids=named)
def test_whatever_is_public_is_documented(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize(
    "command",
    [
        "import evaluation",
        "import sys, runpy; sys.argv = ['evaluation', '--help']\n"
        "try: runpy.run_module('evaluation', run_name='__main__')\nexcept SystemExit as end: assert not end.code",
        "import evaluation.models.book",
        "from evaluation.pipeline.plan import plan; plan('buyer_laws')",
        "import evaluation.pipeline.guide_screen, evaluation.pipeline.plan\n"
        "from tests.unit.models.small import neighbours_panel\n"
        "from evaluation.models.book import advice_on, model_names\n"
        "for name in model_names(): advice_on(name, {}, neighbours_panel())",
    ],
    ids=["import evaluation", "evaluation --help", "the book of models", "a plan with its settings checked", "advice"],
)
def test_what_is_asked_often_loads_nothing_heavy(command):
    heavy = HEAVY
    if "book" in command or "plan" in command:  # pandas and xarray they may load; a plan composes with hydra
        heavy = ("pymc", "pytensor", "numba", "arviz", "nutpie", "matplotlib")
    report = f"\nimport sys; print('loaded:', *[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", command + report], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-1].strip() == "loaded:"
