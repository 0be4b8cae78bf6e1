"""Several answers to one question, as one: Bayesian random-effects meta-analysis, by quadrature over heterogeneity.

Study i found y_i with standard error s_i; its own effect is theta_i:

    y_i ~ Normal(theta_i, s_i^2),  theta_i ~ Normal(mu, tau^2),  mu ~ Normal(0, 1),  tau ~ HalfNormal(0.5)

on the log rate ratio. Given tau everything is Gaussian; only tau is left, and that on a grid (Roever 2020, Journal of
Statistical Software 93(6)). mu: a typical study that halves or doubles (0.7) is thinkable, one of a thousandfold change
is not. tau: half-normal with scale 0.5, the weakly informative choice for log ratios of Roever et al. (2021), Research
Synthesis Methods 12(4); with two or three studies this prior has a say, and it errs on the side of wide intervals.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import halfnorm, norm
from scipy.stats.distributions import rv_frozen

Numbers = NDArray[np.float64]

MEAN_SD = 1.0
SPREAD = halfnorm(scale=0.5)
BEYOND = 1e-4  # of the prior of tau, what lies above the grid
GRID = 2001
FEWEST = 2  # studies: below that there is nothing to pool


@dataclass(frozen=True)
class RandomEffects:
    """The posterior: a mixture of Gaussians, one for each tau of the grid, with weights that add up to 1."""

    spreads: Numbers  # tau, (grid,)
    weights: Numbers
    means: Numbers  # of mu given tau
    sds: Numbers

    @property
    def mean(self) -> float:
        """Mean of mu."""
        return float(self.weights @ self.means)

    @property
    def mean_spread(self) -> float:
        """Mean of tau."""
        return float(self.weights @ self.spreads)

    def typical(self, probability: float) -> float:
        """Quantile of mu, the effect of the typical study."""
        return self._quantile(probability, self.sds)

    def next_study(self, probability: float) -> float:
        """Quantile of the effect of a further study: mu, and how much studies differ."""
        return self._quantile(probability, np.hypot(self.sds, self.spreads))

    def spread(self, probability: float) -> float:
        """Quantile of tau."""
        return float(np.interp(probability, np.cumsum(self.weights), self.spreads))

    def below(self, value: float) -> float:
        """Probability that mu lies below `value`."""
        return self._distribution(self.sds)(value)

    def _distribution(self, sds: Numbers) -> Callable[[float], float]:
        return lambda value: float(self.weights @ norm.cdf(value, self.means, sds))

    def _quantile(self, probability: float, sds: Numbers) -> float:
        below = self._distribution(sds)
        low, high = float((self.means - 9 * sds).min()), float((self.means + 9 * sds).max())
        return float(brentq(lambda value: below(value) - probability, low, high))


def random_effects(
    found: Numbers, errors: Numbers, *, mean_sd: float = MEAN_SD, spread: rv_frozen = SPREAD
) -> RandomEffects:  # fmt: skip
    """The posterior given the answers of studies, (study,), and their standard errors, both on the log rate ratio.

    Parameters
    ----------
    mean_sd, spread
        The priors: of mu, Normal(0, mean_sd^2); of tau, any distribution of scipy above 0.

    Raises
    ------
    ValueError
        With fewer than two studies, or an error that is not above 0.

    Examples
    --------
    >>> pooled = random_effects(np.array([-0.2, -0.2]), np.array([0.1, 0.1]))
    >>> -0.25 < pooled.typical(0.5) < -0.15
    True
    """
    found, errors = np.asarray(found, dtype=float), np.asarray(errors, dtype=float)
    if len(found) < FEWEST or not (errors > 0).all():
        raise ValueError("two studies or more are pooled, each with a standard error above 0")
    edges = np.linspace(0.0, float(spread.ppf(1 - BEYOND)), GRID)
    spreads = (edges[:-1] + edges[1:]) / 2
    variances = errors**2 + spreads[:, None] ** 2  # (grid, study)
    precision = (1 / variances).sum(axis=1) + mean_sd**-2
    means = (found / variances).sum(axis=1) / precision
    # log p(y | tau), mu integrated out
    fit = -0.5 * (np.log(variances).sum(axis=1) + np.log(precision) + (found**2 / variances).sum(axis=1))
    fit += 0.5 * precision * means**2 + spread.logpdf(spreads)
    weights = np.exp(fit - fit.max())
    return RandomEffects(spreads, weights / weights.sum(), means, precision**-0.5)
