"""How one model stands beside others on the same panel."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """How well a model predicts figures it has not seen, against the first model of the comparison."""

    ahead: float  # log predictive density, summed over cells, beyond that of the first model
    error: float  # standard error of that difference
    weight: float  # with which all of them together predict best, 0 to 1


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One model of a comparison: what it assumes, how well it predicts, or why it has no numbers or no weight."""

    name: str
    says: str  # the question it answers
    assumes: tuple[str, ...]  # names of assumptions that not all models of the comparison make
    trouble: str = ""  # why it has no answer; empty: it has one
    unweighed: str = ""  # why it has an answer and no weight
    loo: Score | None = None  # each figure left out in turn
    future: Score | None = None  # the last periods hidden

    @property
    def weight(self) -> float | None:
        """Its weight: by figures left out, or else by hidden periods; None where it has none.

        >>> Standing(name="a", says="?", assumes=(), future=Score(0.0, 0.0, 0.4)).weight
        0.4
        """
        score = self.loo or self.future
        return None if score is None else score.weight
