"""Settings of what spills over: how large it may be, and by how much units differ in it. Free of PyMC."""

from dataclasses import dataclass

from evaluation.terms.errors import Problem


@dataclass(frozen=True, kw_only=True)
class SpillSettings:
    """What a law does to the neighbours of those who have it."""

    places: bool = True  # whether anything may spill over to neighbours at all
    sd: float = 0.5  # log rate ratio where every neighbour is under the law: 40 % less to 65 % more
    unit_sd: float = 0.2  # units around the typical one: by about a fifth

    def problems(self, where: str) -> list[Problem]:
        """Scales that are not positive."""
        return [
            Problem(f"{name} is {getattr(self, name)}", f"{where}.{name}", "give a positive scale")
            for name in ("sd", "unit_sd")
            if getattr(self, name) <= 0
        ]
