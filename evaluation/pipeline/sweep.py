"""Several studies, several settings: every combination is a run of its own, some of them at once.

Hydra's multirun takes the lists apart and its joblib launcher carries them out; a run goes where the same overrides
would have put it by hand, so a sweep finds finished stages again and goes on where it was stopped.
"""

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.pipeline.alone import alone_in
from evaluation.pipeline.plan import as_forced
from evaluation.pipeline.run import plan_place, run_study
from evaluation.pipeline.stages import STAGES
from evaluation.pipeline.store import replacing
from evaluation.terms.errors import EvaluationError, Problem, StudyError, nearest

DONE = "outcome.json"
MOST = 1000  # combinations: more are a slip of the pen


@dataclass(frozen=True)
class Combination:
    """One run of a sweep."""

    study: str
    overrides: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.study, *self.overrides))


@dataclass(frozen=True)
class Outcome:
    """What became of it: where it went, or why it did not."""

    combination: Combination
    place: str
    trouble: str = ""
    exit_code: int = 0


def refuse_unknown_stage(name: str) -> None:
    """Raises StudyError where no stage has that name."""
    known = [stage.name for stage in STAGES]
    if name not in known:
        raise StudyError(Problem(f"no stage is called '{name}'", "--until", nearest(name, known)))


def combinations(studies: str, overrides: Sequence[str], root: Path) -> dict[str, Combination]:
    """Every combination, by the name of its place, in the order Hydra takes them.

    Raises
    ------
    StudyError
        With every problem of every combination: an unknown study, a wrong key, a value that cannot be read, two
        that are the same study.
    """
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    asked = [f"study={studies}", *overrides]
    try:
        split = BasicSweeper.split_arguments(OverridesParser.create().parse_overrides(asked), max_batch_size=None)[0]
    except HydraException as error:
        said = str(error).splitlines()[0].rstrip(".")
        raise StudyError(Problem(f"this cannot be read: {said}", "sweep", "write key=one,two")) from error
    if len(split) > MOST:
        raise StudyError(Problem(f"{len(split):,} combinations", "sweep", f"ask for {MOST:,} at most"))
    found: dict[str, Combination] = {}
    problems: list[Problem] = []
    for study, *rest in split:
        one = Combination(study.removeprefix("study="), tuple(rest))
        try:
            place = plan_place(one.study, one.overrides, root)[0].name
        except StudyError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            continue
        if place in found:
            problems.append(
                Problem(f"it is the same study as '{found[place]}'", f"sweep: {one}", "leave one of them out")
            )
        found.setdefault(place, one)
    if problems:
        raise StudyError(problems)
    return found


def sweep(studies: str, overrides: Sequence[str], root: Path, *, jobs: int = 1, until: str = "report") -> list[Outcome]:
    """Carry out every combination, `jobs` at once, each in a process of its own, as far as the stage `until`.

    One that fails is told as such and the others go on.

    Raises
    ------
    StudyError
        Before any run: see `combinations`.
    StoreError
        Before any run: another sweep is at work below this root.
    """
    asked = combinations(studies, overrides, root)
    folder = root / ".cache" / "sweep"
    with alone_in(folder):
        for left in folder.glob(f"*/{DONE}"):
            left.unlink()
        _launch([f"study={studies}", *map(as_forced, overrides)], _Run(root.resolve(), until), folder, jobs)
        outcomes = [_read(path) for path in folder.glob(f"*/{DONE}")]
    by_place = {outcome.place: outcome for outcome in outcomes}
    lost = "its process went away without a word: run again to go on"
    return [by_place.get(place, Outcome(one, place, lost, 1)) for place, one in asked.items()]


def _launch(asked: Iterable[str], run: "_Run", folder: Path, jobs: int) -> None:
    import hydra

    arguments = [
        "--multirun",
        *asked,
        "hydra/launcher=joblib",
        f"hydra.launcher.n_jobs={jobs}",
        f"hydra.sweep.dir={folder.resolve()}",
        "hydra.sweep.subdir=${hydra.job.num}",
        "hydra.output_subdir=null",
        "hydra/job_logging=disabled",
        "hydra/hydra_logging=disabled",
    ]
    conf = str(run.root / "conf")
    before = sys.argv
    sys.argv = ["evaluation sweep", *arguments]
    try:
        hydra.main(version_base="1.3", config_path=conf, config_name="config")(run)()
    except SystemExit as stopped:  # Hydra prints what it met and leaves; what has an outcome is told by it
        if not any(folder.glob(f"*/{DONE}")):
            raise StudyError(Problem("Hydra could not launch it", "sweep", "the lines above say why")) from stopped
    finally:
        sys.argv = before


class _Run:
    """What each process does. Hydra asks a task for its name, which a partial has not."""

    __name__ = "run"
    __qualname__ = "run"

    def __init__(self, root: Path, until: str) -> None:
        self.root, self.until = root, until

    def __call__(self, config: Any) -> None:
        from hydra.core.hydra_config import HydraConfig

        # a new process: else pymc announces every sampler, as it would in the command itself
        logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
        told = HydraConfig.get()
        folder = Path(told.runtime.output_dir)
        study, *rest = (override.lstrip("+") for override in told.overrides.task)
        one = Combination(study.removeprefix("study="), tuple(rest))
        outcome = carry_out(one, self.root, self.until)
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "study": one.study, "overrides": one.overrides, "place": outcome.place,
            "trouble": outcome.trouble, "exit_code": outcome.exit_code,
        }  # fmt: skip
        with replacing(folder / DONE) as stream:
            stream.write(json.dumps(content).encode())


def carry_out(one: Combination, root: Path, until: str) -> Outcome:
    """Run one combination; a mistake of the study or the data is its outcome, not the end of the sweep."""
    place = plan_place(one.study, one.overrides, root)[0].name
    try:
        run_study(one.study, one.overrides, root, until=until)
    except EvaluationError as error:
        return Outcome(one, place, str(error), error.exit_code)
    return Outcome(one, place)


def _read(path: Path) -> Outcome:
    content = json.loads(path.read_text(encoding="utf-8"))
    one = Combination(content["study"], tuple(content["overrides"]))
    return Outcome(one, content["place"], content["trouble"], content["exit_code"])
