"""Settings of the effect: its priors, its pooling and its profile. Free of PyMC: a plan checks them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.terms.errors import Problem, nearest

PROFILES = ("step", "ramp", "pulse", "dynamic")


@dataclass(frozen=True, kw_only=True)
class EffectPrior:
    """Normal prior of the typical unit's log rate ratio: -0.92 is "60 % less"."""

    mean: float = 0.0
    sd: float = 0.75


@dataclass(frozen=True, kw_only=True)
class EffectSettings:
    """How effects are pooled, and how they unfold after the start."""

    prior: str = "wide"
    profile: str = "step"
    priors: Mapping[str, EffectPrior] = field(default_factory=lambda: {"wide": EffectPrior()})
    unit_sd: float = 0.3  # units' effects around the typical one: 0.3 is about a third either way
    indicator_sd: float = 0.3  # indicators of one role around their common effect
    ramp_periods: float = 2.0  # periods after which about two thirds of the effect has arrived
    pulse_periods: float = 3.0  # periods after which a third of a pulse is left
    walk_sd: float = 0.15  # steps of the dynamic profile: about 15 % from one period to the next

    def problems(self, where: str) -> list[Problem]:
        """Names that are not known."""
        found = []
        if self.profile not in PROFILES:
            found.append(
                Problem(f"no profile is called '{self.profile}'", f"{where}.profile", nearest(self.profile, PROFILES))
            )
        if self.prior not in self.priors:
            found.append(
                Problem(f"no prior is called '{self.prior}'", f"{where}.prior", nearest(self.prior, self.priors))
            )
        return found

    @property
    def chosen(self) -> EffectPrior:
        """The prior the headline uses."""
        return self.priors[self.prior]

    @property
    def widest(self) -> EffectPrior:
        """The prior of what is not asked about: negative controls and adjusted-for interventions."""
        return EffectPrior(mean=0.0, sd=max(prior.sd for prior in self.priors.values()))
