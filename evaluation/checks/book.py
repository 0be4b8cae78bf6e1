"""The book of checks: every doubt by name, with its family, the assumption it probes and its default limits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from math import isfinite

import xarray as xr

from evaluation.checks.words import Names, names_of
from evaluation.models.book import entry
from evaluation.terms.assumptions import ASSUMPTIONS, as_assumed
from evaluation.terms.errors import Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.evidence import Finding, Verdict
from evaluation.terms.study import ChecksPlan, Study

# One family of doubts per module; the order here is the order in which findings are reported.
FAMILIES = (
    "sampling",
    "prior",
    "power_scaling",
    "predictive",
    "leaving_out",
    "model_choice",
    "trend",
    "breakdown",
    "control",
    "donors",
    "separable",
    "identified",
    "doubts",
    "confounding",
    "measurement",
    "reach",
    "rehearsal",
    "rehearsed",
)
STAGES = ("check", "rehearse")


class NoEvidenceError(Exception):
    """What a check needs is not there. The book turns it, and it alone, into an UNKNOWN finding."""

    def __init__(self, reason: str, advice: str = ""):
        super().__init__(reason)
        self.reason, self.advice = reason, advice


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a check may look at: the plan, the panel (or the design alone), the draws, the refits, the simulations."""

    study: Study
    panel: xr.Dataset
    fit: xr.DataTree = field(default_factory=xr.DataTree)
    variants: xr.Dataset = field(default_factory=xr.Dataset)
    simulations: xr.Dataset = field(default_factory=xr.Dataset)

    @property
    def names(self) -> Names:
        """What findings call the units and the indicators of the panel."""
        return names_of(self.panel)

    def group(self, name: str) -> xr.Dataset:
        """One group of the fit.

        Raises
        ------
        NoEvidenceError
            If the fit does not hold that group.
        """
        if name not in self.fit.children or not self.fit[name].data_vars:
            raise NoEvidenceError(f"The fit holds no group '{name}'.", "Fit again with the present version.")
        return self.fit[name].to_dataset()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a check saw. The book adds the check's name, family and assumption and makes it a Finding."""

    verdict: Verdict
    says: str
    statistic: float | None = None
    statistic_says: str = ""
    limit: float | None = None
    advice: str = ""
    details: Mapping[str, float] = field(default_factory=dict)
    about: str = ""  # what the finding is about, where one check speaks of several things


Look = Callable[[Evidence, Mapping[str, float]], Seen | tuple[Seen, ...]]


@dataclass(frozen=True, kw_only=True)
class CheckCard:
    """One entry of the book."""

    name: str
    family: str
    probes: str
    look: Look
    limits: Mapping[str, float]
    stage: str

    def run(self, evidence: Evidence) -> tuple[Finding, ...]:
        """Look, and say what was seen; without evidence, say that nothing is known and why."""
        limits = {name: evidence.study.checks.limits.get(name, default) for name, default in self.limits.items()}
        try:
            seen = self.look(evidence, limits)
        except NoEvidenceError as missing:
            seen = Seen(verdict=Verdict.UNKNOWN, says=missing.reason, advice=missing.advice)
        probed = as_assumed(self.probes, entry(evidence.study.model.name).assumes)
        return tuple(self._finding(each, probed) for each in (seen if isinstance(seen, tuple) else (seen,)))

    def _finding(self, seen: Seen, probed: str) -> Finding:
        return Finding(
            check=f"{self.name}:{seen.about}" if seen.about else self.name,
            family=self.family,
            assumption=probed,
            verdict=seen.verdict,
            says=seen.says,
            statistic=float(seen.statistic) if seen.statistic is not None and isfinite(seen.statistic) else None,
            statistic_says=seen.statistic_says,
            limit=seen.limit,
            advice=seen.advice,
            details={name: float(value) for name, value in seen.details.items() if isfinite(value)},
        )


_BOOK: dict[str, CheckCard] = {}


def check(
    name: str, *, family: str, probes: str, limits: Mapping[str, float] | None = None, stage: str = "check"
) -> Callable[[Look], Look]:
    """Enter a function into the book of checks.

    The function takes the Evidence and its limits (name to number) and returns what was Seen, or several. It raises
    NoEvidenceError where it cannot look. `probes` is a name in `terms.assumptions`; `stage` is check (after the fit) or
    rehearse (before it, from the design alone).
    """
    if name in _BOOK:
        raise ValueError(f"two checks are called '{name}'")
    if probes not in ASSUMPTIONS:
        raise ValueError(f"check '{name}' probes '{probes}', which is no assumption; {nearest(probes, ASSUMPTIONS)}")
    if stage not in STAGES:
        raise ValueError(f"check '{name}' belongs to stage '{stage}'; write check or rehearse")

    def enter(look: Look) -> Look:
        _BOOK[name] = CheckCard(name=name, family=family, probes=probes, look=look, limits=limits or {}, stage=stage)
        return look

    return enter


def cards(stage: str | None = None) -> tuple[CheckCard, ...]:
    """Every check of a stage (or of both), in the book's order."""
    order = {import_module(f"evaluation.checks.{module}").__name__: place for place, module in enumerate(FAMILIES)}
    # by family, whatever was imported first; what another package brings comes last
    chosen = sorted(_BOOK.values(), key=lambda card: order.get(card.look.__module__, len(order)))
    return tuple(card for card in chosen if stage in (None, card.stage))


def check_names() -> tuple[str, ...]:
    """The names a study may list under `checks.run`.

    >>> "rhat" in check_names()
    True
    """
    return tuple(card.name for card in cards())


def default_limits() -> dict[str, float]:
    """Every limit a study may set under `checks.limits`, with its default.

    >>> default_limits()["rhat"]
    1.01
    """
    return {name: value for card in cards() for name, value in card.limits.items()}


def problems_of(plan: ChecksPlan, where: str) -> list[Problem]:
    """What is wrong with a plan of checks: names and limits that nothing answers to.

    >>> print(problems_of(ChecksPlan(run=("rhad",)), "checks")[0])
    checks.run: unknown check 'rhad'; did you mean 'rhat'?
    """
    names, limits = check_names(), default_limits()
    unknown_names = (("run", "check", name, nearest(name, names)) for name in plan.run if name not in names)
    unknown_limits = (("limits", "limit", name, nearest(name, limits)) for name in plan.limits if name not in limits)
    return [
        Problem(f"unknown {kind} '{name}'", f"{where}.{key}", advice)
        for key, kind, name, advice in (*unknown_names, *unknown_limits)
    ]


def run_stage(stage: str, evidence: Evidence) -> tuple[Finding, ...]:
    """Run the study's checks of one stage, in the book's order.

    Raises
    ------
    StudyError
        If the study names a check or a limit that is not in the book.
    """
    plan = evidence.study.checks
    refuse_if_any(problems_of(plan, "checks"), StudyError)
    chosen: Iterable[CheckCard] = (card for card in cards(stage) if not plan.run or card.name in plan.run)
    return tuple(finding for card in chosen for finding in card.run(evidence))
