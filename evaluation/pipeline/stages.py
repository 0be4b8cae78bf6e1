"""The nine stages as one table. `dvc.yaml` says the same in DVC's words, and a test compares the two."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.pipeline import verbs
from evaluation.pipeline.formats import (
    claims_content,
    claims_of,
    decision_content,
    decision_of,
    decode,
    findings_content,
    findings_of,
)
from evaluation.pipeline.lock import FOLDER as LOCKS
from evaluation.pipeline.lock import registration
from evaluation.pipeline.many_fits import Shelf, counted
from evaluation.pipeline.plots import event_time_rows
from evaluation.pipeline.record import read_stage_record, record_name
from evaluation.pipeline.store import Place, replacing_folder
from evaluation.terms.evidence import Finding
from evaluation.terms.records import write_record
from evaluation.terms.study import Study
from evaluation.terms.workers import Workers


@dataclass(frozen=True, kw_only=True)
class Session:
    """How a run is carried out: changes how long it takes and what is seen of it, never what comes out."""

    progress: bool = False  # bars in the terminal
    workers: Workers = field(default_factory=Workers)


Work = Callable[[Place, Study, Session], Mapping[str, Any]]  # what it returns is written, artefact by artefact


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One verb between files: what it reads and writes, the settings it looks at, the rooms whose code it runs."""

    name: str
    says: str  # for the terminal
    work: Work
    writes: tuple[str, ...]  # artefacts; `report` is the folder of the report
    reads: tuple[str, ...] = ()  # artefacts of earlier stages
    facts: tuple[str, ...] = ()  # paths below the root
    settings: tuple[str, ...] = ()  # dotted keys of study.yaml
    rooms: tuple[str, ...] = ()  # folders or files of code
    own_progress: bool = False  # it draws a progress bar itself


def _plan(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    return {"study.yaml": write_record(study)}


def _gather(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    gathered = verbs.gather(study, root=place.root)
    return {"observations.parquet": gathered.observations, "gathered.json": {"questioned": list(gathered.questioned)}}


def _shape(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    from evaluation.panel.shape import design_of

    panel = verbs.shape(study, decode(place.path("observations.parquet")), root=place.root)
    return {"design.nc": design_of(panel), "panel.nc": panel}


def _rehearse(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    kept = Shelf(place.scratch("rehearse"))
    with counted("simulations", session.progress) as watch:
        findings, simulations = verbs.rehearse(
            study, decode(place.path("design.nc")), workers=session.workers, kept=kept, watch=watch
        )
    return {"rehearsal.json": {"findings": write_record(findings)}, "simulations.nc": simulations}


def _fit(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    kept = Shelf(place.scratch("fit"))
    with counted("refits", session.progress) as watch:
        fit, variants = verbs.fit(
            study, decode(place.path("panel.nc")), progress=session.progress, workers=session.workers, kept=kept,
            watch=watch,
        )  # fmt: skip
    return {"fit.nc": fit, "variants.nc": variants}


def _check(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    from evaluation.models.book import assumptions_of

    findings = verbs.check(study, *(decode(place.path(name)) for name in ("panel.nc", "fit.nc", "variants.nc")))
    return {"findings.json": findings_content(findings, assumptions_of(study.model.name))}


def _estimate(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    panel, fit, variants = (decode(place.path(name)) for name in ("panel.nc", "fit.nc", "variants.nc"))
    effect = verbs.estimate(study, panel, fit, variants)
    return {"effect.nc": effect, "event_time.csv": event_time_rows(effect)}


def _claim(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    effect, variants = decode(place.path("effect.nc")), decode(place.path("variants.nc"))
    claims = verbs.claim(study, effect, all_findings(place), variants, root=place.root)
    decision = verbs.decide(study, effect, claims, decode(place.path("simulations.nc")), root=place.root)
    return {"claims.json": claims_content(claims), "decisions.json": decision_content(decision)}


def _report(place: Place, study: Study, session: Session) -> Mapping[str, Any]:
    panel, effect, variants = (decode(place.path(name)) for name in ("panel.nc", "effect.nc", "variants.nc"))
    claims = claims_of(decode(place.path("claims.json")), place.key("claims.json"))
    decision = decision_of(decode(place.path("decisions.json")), place.key("decisions.json"))
    with replacing_folder(place.report) as folder:
        verbs.report(
            study,
            panel,
            effect,
            variants,
            all_findings(place),
            claims,
            simulations=decode(place.path("simulations.nc")),
            decision=decision,
            assumes=decode(place.path("findings.json"))["assumes"],
            questioned=decode(place.path("gathered.json"))["questioned"],
            registered=registration(study, place.study, place.root),
            records=[record for name in RECORDED if (record := read_stage_record(place, name))],
            root=place.root,
            out=folder,
        )
    return {}


def all_findings(place: Place) -> tuple[Finding, ...]:
    """Findings of the rehearsal, then of the checks."""
    files = ("rehearsal.json", "findings.json")
    return tuple(one for name in files for one in findings_of(decode(place.path(name)), place.key(name)))


# Stages whose records the report prints. The plan is not among them: the report reads the plan itself, and a plan made
# again without a change should not cause a report to be written again.
# Which refits are made; what judges them is read by the checks alone.
REFITS = (
    "checks.variants", "checks.leave_one_out", "checks.false_dates", "checks.false_adopters",
    "checks.alternatives", "checks.future",
    "panel.min_before", "panel.min_after",
)  # fmt: skip

RECORDED = ("gather", "shape", "rehearse", "fit", "check", "estimate", "claim")

STAGES: tuple[Stage, ...] = (
    Stage(
        name="plan",
        says="put the study together and check every name",
        work=_plan,
        facts=(
            "conf/config.yaml",
            "conf/model",
            "conf/sampler",
            "conf/checks",
            "conf/disclosure",
            "conf/report",
            "conf/study/{study}.yaml",
            "data/registers",
        ),
        rooms=(
            "evaluation/terms",
            "evaluation/models",
            "evaluation/panel/registers.py",
            "evaluation/pipeline/plan.py",
            "evaluation/pipeline/names.py",
            "evaluation/pipeline/decision_names.py",
            "evaluation/pipeline/yaml_files.py",
        ),
        writes=("study.yaml",),
    ),
    Stage(
        name="gather",
        says="collect the observations",
        work=_gather,
        facts=("data/raw", "data/registers"),
        settings=("panel", "question"),
        rooms=("evaluation/terms", "evaluation/panel"),
        writes=("observations.parquet", "gathered.json"),
    ),
    Stage(
        name="shape",
        says="lay them out by indicator, unit and period",
        work=_shape,
        reads=("observations.parquet",),
        facts=("data/raw", "data/registers"),
        settings=("name", "title", "simulated", "panel", "question"),
        rooms=("evaluation/terms", "evaluation/panel"),
        writes=("design.nc", "panel.nc"),
    ),
    Stage(
        name="rehearse",
        says="ask what this design could find, outcomes unseen",
        work=_rehearse,
        reads=("design.nc",),
        settings=("panel.every", "question", "model", "sampler", "checks", "seed"),
        rooms=("evaluation/terms", "evaluation/models", "evaluation/inference", "evaluation/checks"),
        writes=("rehearsal.json", "simulations.nc"),
        own_progress=True,
    ),
    Stage(
        name="fit",
        says="draw from the posterior, and refit under other readings",
        work=_fit,
        reads=("panel.nc",),
        settings=("question", "model", "sampler", *REFITS, "seed"),
        rooms=("evaluation/terms", "evaluation/models", "evaluation/inference"),
        writes=("fit.nc", "variants.nc"),
        own_progress=True,
    ),
    Stage(
        name="check",
        says="probe the assumptions",
        work=_check,
        reads=("panel.nc", "fit.nc", "variants.nc"),
        settings=("question", "model", "sampler", "checks", "seed"),
        rooms=("evaluation/terms", "evaluation/models", "evaluation/inference", "evaluation/checks"),
        writes=("findings.json",),
    ),
    Stage(
        name="estimate",
        says="turn the switch, and see what the interventions changed",
        work=_estimate,
        reads=("panel.nc", "fit.nc", "variants.nc"),
        settings=("question", "model", "seed"),
        rooms=("evaluation/terms", "evaluation/models", "evaluation/inference"),
        writes=("effect.nc", "event_time.csv"),
    ),
    Stage(
        name="claim",
        says="say what may be said, and how strongly",
        work=_claim,
        reads=("effect.nc", "variants.nc", "rehearsal.json", "simulations.nc", "findings.json"),
        facts=("data/registers",),
        settings=("question", "simulated", "panel", "report.interval", "decision", "seed"),
        rooms=("evaluation/terms", "evaluation/conclusions", "evaluation/panel/registers.py"),
        writes=("claims.json", "decisions.json"),
    ),
    Stage(
        name="report",
        says="write the report",
        work=_report,
        reads=(
            "study.yaml",
            "gathered.json",
            "panel.nc",
            "effect.nc",
            "variants.nc",
            "simulations.nc",
            "rehearsal.json",
            "findings.json",
            "claims.json",
            "decisions.json",
            *(record_name(stage) for stage in RECORDED),
        ),
        facts=("data/registers", LOCKS),
        rooms=(
            "evaluation/terms",
            "evaluation/conclusions",
            "evaluation/reporting",
            "evaluation/models",
            "evaluation/panel/registers.py",
            "evaluation/panel/phrases.py",
        ),
        writes=("report",),
    ),
)


def stage_named(name: str) -> Stage:
    """The stage of that name."""
    return next(stage for stage in STAGES if stage.name == name)


def fact_paths(stage: Stage, place: Place) -> tuple[str, ...]:
    """Everything the stage reads, as paths below the root: facts, then artefacts of earlier stages."""
    facts = tuple(fact.format(study=place.study) for fact in stage.facts)
    facts = tuple(fact for fact in facts if fact != LOCKS or (place.root / fact).exists())  # nobody need lock a plan
    return facts + tuple(place.key(artefact) for artefact in stage.reads)


def maker_of(artefact: str) -> str:
    """The stage that writes this artefact.

    >>> maker_of("panel.nc")
    'shape'
    """
    return next(stage.name for stage in STAGES if artefact in (*stage.writes, record_name(stage.name)))


def places(root: Path) -> tuple[Place, ...]:
    """Every study that has been planned below this root, those with overrides included."""
    return tuple(Place(root, path.parent.name) for path in sorted((root / "data" / "studies").glob("*/study.yaml")))
