"""Carrying stages out: one by name, or all of a study in order, leaving alone what still holds."""

import hashlib
import json
import shutil
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

from evaluation.pipeline.alone import alone_in
from evaluation.pipeline.formats import decode, encode, timings_of
from evaluation.pipeline.plan import plan, study_names
from evaluation.pipeline.record import Basis, basis_of, still_holds, write_stage_record
from evaluation.pipeline.stages import STAGES, Session, Stage, fact_paths, maker_of, places, stage_named
from evaluation.pipeline.store import Place, StoreError, replacing, sweep
from evaluation.terms.errors import Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.records import read_record, write_record
from evaluation.terms.study import Study


class Watcher(Protocol):
    """Whoever wants to see the stages go by."""

    def working(self, stage: Stage) -> AbstractContextManager[object]:
        """Entered when the stage begins, left when it ends."""

    def unchanged(self, stage: Stage) -> None:
        """The stage was left alone: what it wrote still holds."""


class Silent:
    """Sees nothing."""

    def working(self, stage: Stage) -> AbstractContextManager[object]:
        """Nothing is shown."""
        return nullcontext()

    def unchanged(self, stage: Stage) -> None:
        """Nothing is shown."""


def plan_place(name: str, overrides: Iterable[str] = (), root: Path = Path(".")) -> tuple[Place, Study]:
    """The resolved study and its place: `<study>`, or `<study>@<hash>` if the overrides change anything.

    The hash is of the resolved plan, so the same plan has the same place however its overrides were written.
    """
    overrides = tuple(overrides)
    study = plan(name, overrides, root)
    if not overrides or study == plan(name, (), root):
        return Place(root, name), study
    text = json.dumps(write_record(study), sort_keys=True)
    return Place(root, f"{name}@{hashlib.sha256(text.encode()).hexdigest()[:8]}"), study


def run_study(
    name: str,
    overrides: Iterable[str] = (),
    root: Path = Path("."),
    *,
    until: str = "report",
    watcher: Watcher | None = None,
    session: Session | None = None,
) -> Place:
    """Carry out the nine stages in order, or those `until` one of them.

    A stage is left alone while its inputs, settings and code are what they were.

    Raises
    ------
    StudyError, DataError, EvidenceError, StoreError
        From whichever stage met them; what was finished before stays, and the next run goes on from there. StoreError
        also where another run of the same place is at work.
    """
    place, study = plan_place(name, overrides, root)
    with alone_in(place.folder):
        for stage in STAGES:
            _carry_out(place, stage, study, watcher or Silent(), session or Session(), again=False)
            if stage.name == until:
                break
    return place


def run_stage(
    place: Place,
    stage: Stage,
    study: Study,
    *,
    watcher: Watcher | None = None,
    session: Session | None = None,
    again: bool = True,
) -> bool:
    """Carry out one stage and write its record; whether it was carried out. `again=False` leaves what still holds.

    Raises
    ------
    StudyError, DataError, EvidenceError, StoreError
        As for `run_study`.
    """
    with alone_in(place.folder):
        return _carry_out(place, stage, study, watcher or Silent(), session or Session(), again=again)


def _carry_out(place: Place, stage: Stage, study: Study, watcher: Watcher, session: Session, *, again: bool) -> bool:
    sweep(place.folder)
    sweep(place.report.parent)
    _refuse_if_missing(place, stage)
    basis = _basis(place, stage, study)
    if not again and still_holds(place, stage.name, basis, stage.writes):
        watcher.unchanged(stage)
        return False
    began = time.monotonic()
    timings: dict[str, float] = {}
    with watcher.working(stage):
        for artefact, content in stage.work(place, study, session).items():
            timings |= timings_of(content)
            with replacing(place.path(artefact)) as stream:
                stream.write(encode(artefact, content))
        timings |= {"seconds": time.monotonic() - began}
        write_stage_record(place, study, stage.name, basis, stage.writes, timings)
    shutil.rmtree(place.scratch(stage.name), ignore_errors=True)  # not before: until now a kill would need it again
    return True


def read_study(place: Place) -> Study:
    """The plan that `evaluation plan` wrote there.

    Raises
    ------
    StudyError
        There is no such study, or it has not been planned.
    """
    path = place.path("study.yaml")
    if not path.exists():
        refuse_unknown(place)
        raise StudyError(Problem("it has not been planned", str(path), f"evaluation plan {place.name}"))
    return read_record(Study, decode(path), place.key("study.yaml"))


def refuse_unknown(place: Place) -> None:
    """Raise a StudyError if there is neither a study file nor a planned study of that name."""
    known = {*study_names(place.root), *(other.name for other in places(place.root))}
    if place.name not in known:
        where = str(place.root / "conf" / "study")
        raise StudyError(Problem(f"no study is called '{place.name}'", where, nearest(place.name, known)))


def run_named(
    name: str, stage: str, root: Path, *, watcher: Watcher | None = None, session: Session | None = None
) -> Place:
    """Carry out one stage of a planned study, whether or not it still holds."""
    place = Place(root, name)
    run_stage(place, stage_named(stage), read_study(place), watcher=watcher, session=session)
    return place


def _basis(place: Place, stage: Stage, study: Study) -> Basis:
    """What the stage rests on. The plan rests on all of itself: overrides stand in no file."""
    settings = stage.settings or tuple(vars(study))
    return basis_of(place, study, settings=settings, inputs=fact_paths(stage, place), rooms=stage.rooms)


def _refuse_if_missing(place: Place, stage: Stage) -> None:
    missing = [artefact for artefact in stage.reads if not place.path(artefact).exists()]
    refuse_if_any(
        (
            Problem("it has not been made yet", place.key(artefact), f"evaluation {maker_of(artefact)} {place.name}")
            for artefact in missing
        ),
        StoreError,
    )
