"""Settings of the season. Free of PyMC: a plan checks them."""

from dataclasses import dataclass

from evaluation.terms.errors import Problem

MOST = {"year": 6, "week": 3}  # harmonics: faster waves than every second month or every second day say nothing


@dataclass(frozen=True, kw_only=True)
class SeasonSettings:
    """How the counts come round: waves of the year (months, weeks, days) and of the week (days only)."""

    year: int = 2  # harmonics; 0: no season
    week: int = 3
    sd: float = 0.2  # log rate: a wave of about 20 % either way
    unit_sd: float = 0.1  # waves of units around the typical one
    rounds: float = 2.0  # each series must go round so often: from one round a season looks like a trend

    @property
    def harmonics(self) -> dict[str, int]:
        """By the name of the season."""
        return {"year": self.year, "week": self.week}

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = [
            Problem(f"{name} is {count}", where, f"give a number of waves, 0 to {MOST[name]}")
            for name, count in self.harmonics.items()
            if not 0 <= count <= MOST[name]
        ]
        return found + [
            Problem(f"{name} is {getattr(self, name)}", where, "give a positive number")
            for name in ("sd", "unit_sd", "rounds")
            if getattr(self, name) <= 0
        ]
