"""What can go wrong, by who can mend it. Every error lists all problems found, not the first."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what was found, where it stands, what to do.

    >>> print(Problem("country code 'NRO' is not known", "laws.csv, row 4", "did you mean 'NOR'?"))
    laws.csv, row 4: country code 'NRO' is not known; did you mean 'NOR'?
    """

    found: str
    where: str
    advice: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}"
        return f"{text}; {self.advice}" if self.advice else text


class EvaluationError(Exception):
    """A mistake a user can mend. Carries every problem found, and the exit code of its kind."""

    exit_code = 1
    kind = "error"

    def __init__(self, problems: Iterable[Problem] | Problem | str):
        if isinstance(problems, str):
            problems = Problem(problems, self.kind)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["EvaluationError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class StudyError(EvaluationError):
    """The plan is wrong: mend `conf/` or the command line."""

    exit_code = 10
    kind = "study"


class DataError(EvaluationError):
    """The data are wrong: mend or question them."""

    exit_code = 11
    kind = "data"


class EvidenceError(EvaluationError):
    """The result cannot carry what was asked of it."""

    exit_code = 12
    kind = "evidence"


def nearest(name: str, known: Iterable[str]) -> str:
    """Advice that names the nearest known name, or lists what is known.

    >>> nearest("stagered", ["staggered", "factor"])
    "did you mean 'staggered'?"
    >>> nearest("zzz", ["b", "a"])
    'known: a, b'
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"known: {shown}" if names else "nothing is known by that kind of name"


def refuse_if_any(problems: Iterable[Problem], error: type[EvaluationError]) -> None:
    """Raise `error` with all the problems, if there are any."""
    found = tuple(problems)
    if found:
        raise error(found)
