"""The nine verbs, on objects: what the stages do between two files, and what a script calls on its own."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation.pipeline.described import described
from evaluation.pipeline.plan import plan
from evaluation.terms.evidence import Claim, Finding
from evaluation.terms.study import Study
from evaluation.terms.workers import Workers

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from evaluation.inference.many import Kept, Watch
    from evaluation.panel.gather import Gathered
    from evaluation.panel.registers import Registers
    from evaluation.terms.decisions import Decision

__all__ = ["check", "claim", "decide", "estimate", "fit", "gather", "plan", "rehearse", "report", "shape"]

REGISTERS = ("sources", "indicators", "tactics", "interventions", "assertions", "costs", "breaks")


def gather(study: Study, *, root: Path | str = ".") -> "Gathered":
    """The study's observations from the tables of `data/raw/`, and the cells that were questioned, with the reason."""
    from evaluation.panel.gather import gather as gather_observations

    return gather_observations(study, _registers(root), Path(root) / "data")


def shape(study: Study, gathered: "Gathered | pd.DataFrame", *, root: Path | str = ".") -> "xr.Dataset":
    """The panel: bounds of each count over (indicator, unit, time), with exposure to the interventions."""
    import pandas as pd

    from evaluation.panel.shape import shape as shape_panel

    observations = gathered if isinstance(gathered, pd.DataFrame) else gathered.observations
    return shape_panel(study, _registers(root), observations, Path(root) / "data")


def rehearse(
    study: Study,
    panel: "xr.Dataset",
    *,
    workers: Workers | None = None,
    kept: "Kept | None" = None,
    watch: "Watch | None" = None,
) -> "tuple[tuple[Finding, ...], xr.Dataset]":
    """What the study could find, and the simulations that say so: outcomes are taken out before anyone looks.

    `workers`, `kept` and `watch` are of the simulations (`checks.rehearsal`): where they are fitted, where finished
    ones are kept, who is told.
    """
    from evaluation.checks import rehearse as rehearse_on
    from evaluation.inference.rehearsal import rehearse_fits
    from evaluation.models.book import refuse_panel
    from evaluation.panel.shape import design_of

    design = design_of(panel) if "lower" in panel else panel
    refuse_panel(study.model.name, study.model.settings, design)  # before minutes are spent on simulations
    simulations = rehearse_fits(study, design, workers=workers, kept=kept, watch=watch)
    return rehearse_on(study, design, simulations), simulations


def fit(
    study: Study,
    panel: "xr.Dataset",
    *,
    progress: bool = True,
    workers: Workers | None = None,
    kept: "Kept | None" = None,
    watch: "Watch | None" = None,
) -> "tuple[xr.DataTree, xr.Dataset]":
    """Draws of the posterior, and the refits under other priors and readings of the data (`checks.variants`).

    `workers`, `kept` and `watch` are of the refits: where they run, where finished ones are kept, who is told.
    """
    from evaluation.inference.fit import fit as fit_model

    return fit_model(study, panel, progress=progress, workers=workers, kept=kept, watch=watch)


def check(study: Study, panel: "xr.Dataset", fit: "xr.DataTree", variants: "xr.Dataset") -> tuple[Finding, ...]:
    """What each check saw: the assumption it probes and its verdict."""
    from evaluation.checks import check as check_fit

    return check_fit(study, panel, fit, variants)


def estimate(
    study: Study, panel: "xr.Dataset", fit: "xr.DataTree", variants: "xr.Dataset | None" = None
) -> "xr.DataTree":
    """Draws of the question asked: overall, by indicator, unit, cohort, event time; leads where a variant has them."""
    from evaluation.inference.effect import estimate as estimate_effect

    return estimate_effect(study, panel, fit, variants)


def claim(
    study: Study,
    effect: "xr.DataTree",
    findings: Iterable[Finding],
    variants: "xr.Dataset",
    *,
    root: Path | str = ".",
) -> tuple[Claim, ...]:
    """Sentences with their quantity, interval, probability, strength, reasons and sources."""
    from evaluation.conclusions.claims import claim as claim_from

    registers = _registers(root)
    assertions = {name: registers.assertions[name] for name in study.question.assertions}
    return claim_from(study, effect, tuple(findings), variants, assertions, sources_of(study))


def decide(
    study: Study,
    effect: "xr.DataTree",
    claims: Iterable[Claim],
    simulations: "xr.Dataset | None" = None,
    *,
    root: Path | str = ".",
) -> "Decision | None":
    """What the evidence says to the study's decision (`decision` of its plan); None where it has none to make.

    `simulations` are those of `rehearse`: what next steps that were rehearsed are worth is taken from them.
    """
    from evaluation.conclusions.decisions import decide as decide_on

    registers = _registers(root)
    return decide_on(study, effect, tuple(claims), simulations, registers.costs, registers.indicators)


def report(
    study: Study,
    panel: "xr.Dataset",
    effect: "xr.DataTree",
    variants: "xr.Dataset",
    findings: Iterable[Finding],
    claims: Iterable[Claim],
    *,
    simulations: "xr.Dataset | None" = None,
    decision: "Decision | None" = None,
    assumes: Iterable[str] | None = None,
    questioned: Iterable[Mapping[str, str]] = (),
    registered: Mapping[str, Any] | None = None,
    records: Iterable[Mapping[str, Any]] = (),
    root: Path | str = ".",
    out: Path | str | None = None,
) -> Path:
    """Write the report into the folder `out` (`reports/<study>` below the root if not given); returns its first page.

    `simulations` are those of `rehearse`, `decision` is that of `decide`. `assumes` names the model's assumptions
    (looked up in the book if not given); `questioned` are the cells that `gather` put aside; `registered` says when the
    plan was locked and what was changed since; `records` say what was made from what, by which code.
    """
    from evaluation.models.book import assumptions_of
    from evaluation.panel.phrases import read_phrases
    from evaluation.reporting.report import write_report

    registers = _registers(root)
    named = tuple(assumptions_of(study.model.name) if assumes is None else assumes)
    view: dict[str, Any] = {name: getattr(registers, name) for name in REGISTERS}
    view |= {"assumes": named, "questioned": tuple(questioned), "registered": registered, "simulations": simulations}
    view["decision"] = decision
    view |= {"phrases": read_phrases(Path(root) / "data"), "model": described(study.model.name)}
    folder = Path(out) if out is not None else Path(root) / "reports" / study.name
    return write_report(
        study, view, panel, effect, variants, tuple(findings), tuple(claims), [dict(one) for one in records], folder
    )


def sources_of(study: Study) -> tuple[str, ...]:
    """Sources of the study's figures: counts first, then exposure bases."""
    return tuple(dict.fromkeys((*study.panel.observations, *study.panel.bases)))


def _registers(root: Path | str) -> "Registers":
    from evaluation.panel.registers import read_registers

    return read_registers(Path(root) / "data")
