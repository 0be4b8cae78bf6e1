"""How far off are answers where there is nothing to find? The bias that laws and indicators without an effect show.

    found[i] ~ Normal(0, bias_sd^2 + variance[i]),   i = 1 .. n null answers

`found[i]` is the median of a log ratio that should be none, `variance[i]` that of its draws. Null answers are the
effects of laws given to units that never had one (false adopters), and those of the real laws on negative controls.
After Schuemie, Ryan, DuMouchel, Suchard and Madigan (2014), Statistics in Medicine 33(2), and Schuemie, Hripcsak, Ryan,
Madigan and Suchard (2018), PNAS 115(11), with a bias that may go either way: its mean is zero.

False adopters are drawn by chance: what made the real ones adopt, or came with their laws, shows in negative controls
alone. And their draws share units, so that n of them are worth fewer: see `worth`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError
from evaluation.checks.refits import log_ratios, log_ratios_of
from evaluation.inference.diagnostics import Array
from evaluation.models.book import get_model
from evaluation.terms.doubts import FALSE_ADOPTERS
from evaluation.terms.study import Study

FEWEST = 8  # null answers by what they are worth: fewer say next to nothing of the bias behind their scatter
GRID = 2000


@dataclass(frozen=True)
class NullAnswers:
    """Answers that should be none, as log ratios: first those of false adopters, then those of negative controls."""

    found: Array  # (answer,): medians
    variance: Array  # (answer,): of the draws
    weight: Array  # (answer,): what each is worth; 1 where it stands by itself
    controls: Mapping[str, float]  # indicator: median
    refits: tuple[str, ...]  # that they are taken from

    @property
    def enough(self) -> bool:
        """Whether there are so many that a bias can be estimated."""
        return bool(self.weight.sum() >= FEWEST)

    @property
    def bias_sd(self) -> float:
        """Standard deviation of the bias by the method of moments, log scale."""
        return bias_sd(self.found, self.variance, self.weight)

    @property
    def beyond_chance(self) -> Array:
        """Size of each answer beyond what its own variance makes, (answer,), log scale."""
        return np.asarray(np.sqrt(np.maximum(self.found**2 - self.variance, 0.0)))

    def bias(self, count: int, rng: np.random.Generator) -> Array:
        """Draws (count,) of the bias of one more answer, log scale, with what is not known of its size."""
        sds = bias_sds(self.found, self.variance, self.weight, count, rng)
        return np.asarray(sds * rng.standard_normal(count))

    @property
    def details(self) -> dict[str, float]:
        """What a finding keeps of them."""
        false_laws = len(self.found) - len(self.controls)
        told = {
            "false_laws": false_laws,
            "false_laws_worth": self.weight[:false_laws].sum(),
            "controls": len(self.controls),
        }
        if len(self.found):
            told |= {"bias_sd": self.bias_sd, "scatter_of_null_answers": np.sqrt(np.mean(self.found**2))}
        return {name: float(value) for name, value in told.items()}


def silent_controls(study: Study) -> list[str]:
    """Negative controls that nothing should move: not those that the model reads as traces of the effort to detect."""
    shared = getattr(get_model(study.model.name, study.model.settings), "effort_shared_by", ())
    return [name for name in study.question.controls if name not in shared]


def null_answers(evidence: Evidence, limits: Mapping[str, float]) -> NullAnswers:
    """Every null answer that can be believed; `limits` holds those of BELIEVED."""
    draws, _ = log_ratios_of(evidence, FALSE_ADOPTERS, limits)
    controls = dict[str, Array]()
    for control in silent_controls(evidence.study):
        try:
            controls[control] = log_ratios(evidence, "main", quantity=control, limits=limits)
        except NoEvidenceError:
            continue
    both = [*draws.values(), *controls.values()]
    never = ~(evidence.panel["exposure"] > 0).any(("intervention", "time"))
    each = worth(len(draws), int(never.sum())) / max(len(draws), 1)
    return NullAnswers(
        found=np.array([np.median(each) for each in both]),
        variance=np.array([each.var(ddof=1) for each in both]),
        weight=np.array([each] * len(draws) + [1.0] * len(controls)),
        controls={name: float(np.median(each)) for name, each in controls.items()},
        refits=(*draws, *(["main"] if controls else [])),
    )


def worth(draws: int, units: int) -> float:
    """How many unrelated answers say as much of a scatter as `draws` of false adopters from the same `units`.

        draws / (1 + (draws - 1) / (units - 1))

    An answer is a contrast between the units drawn and the others. Two such contrasts, drawn at random, have a squared
    correlation of 1 / (units - 1) on average, and that is what a mean square loses by: it never knows more than the
    units - 1 directions in which so many units can differ.

    >>> round(worth(20, 29), 1), worth(1, 29), worth(0, 2), worth(20, 1)
    (11.9, 1.0, 0.0, 1.0)
    """
    if draws < 2 or units < 2:
        return float(min(draws, 1))
    return draws / (1 + (draws - 1) / (units - 1))


def bias_sd(found: Array, variance: Array, weight: Array) -> float:
    """Standard deviation of the bias by the method of moments: mean square less mean variance, not below zero.

    The mean square is about zero, not about the mean of the answers: a bias that all of them share is one too.

    >>> bias_sd(np.array([-0.5, 0.5]), np.array([0.09, 0.09]), np.ones(2))
    0.4
    >>> bias_sd(np.array([-0.1, 0.1]), np.array([0.09, 0.09]), np.ones(2))
    0.0
    """
    return float(np.sqrt(max(np.average(found**2 - variance, weights=weight), 0.0)))


def bias_sds(found: Array, variance: Array, weight: Array, count: int, rng: np.random.Generator) -> Array:
    """Draws (count,) from the posterior of the bias's sd under a flat prior (Gelman 2006, Bayesian Analysis 1(3)).

    The moments of a few answers often give a bias of exactly none, which a few answers cannot show. The grid ends at
    five times what the farthest answer, with its own uncertainty, would allow.
    """
    grid = np.linspace(0, 5 * np.sqrt(np.max(found**2 + variance)), GRID)
    total = grid[:, None] ** 2 + variance
    log_density = -0.5 * ((np.log(total) + found**2 / total) * weight).sum(axis=1)
    density = np.exp(log_density - log_density.max())
    return np.asarray(rng.choice(grid, size=count, p=density / density.sum()))
