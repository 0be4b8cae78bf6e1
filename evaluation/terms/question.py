"""The question a study asks (its estimand)."""

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.terms.errors import Problem


@dataclass(frozen=True, kw_only=True)
class Question:
    """The estimand: the change in `indicators` that `interventions` made, over the treated cells.

    The contrast is always "as it was" against "had none of these interventions been in force". `adjust_for` names
    interventions that are modelled beside, so that units under them do not pass for untreated.
    """

    says: str  # the question in one plain sentence
    indicators: tuple[str, ...]  # outcomes
    interventions: tuple[str, ...]
    controls: tuple[str, ...] = ()  # negative controls: indicators the interventions cannot move
    adjust_for: tuple[str, ...] = ()
    over: str = "treated"  # treated: every treated cell | reported: treated cells with a reported figure
    matters_from: float = -20.0  # percent: the smallest change that matters, with its sign
    assertions: tuple[str, ...] = ()

    @property
    def all_indicators(self) -> tuple[str, ...]:
        """Outcomes, then negative controls: everything the model sees."""
        return self.indicators + self.controls

    @property
    def all_interventions(self) -> tuple[str, ...]:
        """Those asked about, then those adjusted for."""
        return self.interventions + self.adjust_for

    def problems(self, where: str) -> Iterator[Problem]:
        if not self.indicators:
            yield Problem("no indicator is asked about", f"{where}.indicators", "name at least one")
        if not self.interventions:
            yield Problem("no intervention is asked about", f"{where}.interventions", "name at least one")
        for name in set(self.indicators) & set(self.controls):
            yield Problem(f"'{name}' is both an outcome and a negative control", where, "choose one")
        for name in set(self.interventions) & set(self.adjust_for):
            yield Problem(f"'{name}' is both asked about and adjusted for", where, "choose one")
        if self.over not in {"treated", "reported"}:
            yield Problem(f"over is '{self.over}'", f"{where}.over", "write treated or reported")
        if not -100 < self.matters_from < 1000 or self.matters_from == 0:
            yield Problem(f"matters_from is {self.matters_from} percent", where, "give a percent change, not zero")
