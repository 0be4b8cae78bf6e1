"""Meta-analyses whose answers are exact: those of the R package baggr, under its own priors, by quadrature.

Data: baggr 0.8.2 (Wiecek and Meager): eight schools (Rubin 1981), vitamin A (18 trials), and the first seven trials of
Yusuf et al. (1985), log odds ratios. Nothing is sampled: random effects by quadrature over heterogeneity.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import uniform

from evaluation.conclusions.pooling import RandomEffects, random_effects

pytestmark = pytest.mark.cases

# Mean of the typical study, its central 95 %, mean heterogeneity; as published to so many digits.
PUBLISHED = {
    "schools": (7.9296, None, None),
    "vitamin_a": (-0.28768, (-0.49975, -0.12123), 0.2463),
    "yusuf": (-0.1648, (-0.6099, 0.2530), 0.2512),
}
TOLERANCE = 0.002  # standard deviations of the prior of the mean are thousands of times that


def _trials(file: Path) -> pd.DataFrame:
    """Estimates `tau` and standard errors `se`; from numbers of events, the log odds ratio and that of Woolf (1955)."""
    rows = pd.read_csv(file)
    if "tau" in rows:
        return rows
    rows = rows.head(7)
    treated, control = rows["n1i"] - rows["ai"], rows["n2i"] - rows["ci"]
    ratio = np.log(rows["ai"] * control / (rows["ci"] * treated))
    error = np.sqrt(1 / rows["ai"] + 1 / treated + 1 / rows["ci"] + 1 / control)
    return pd.DataFrame({"tau": ratio, "se": error})


def pooled_of(trials: pd.DataFrame) -> RandomEffects:
    """Under the priors of baggr: mu ~ Normal(0, (10 max |estimate|)^2), tau ~ Uniform(0, 10 sd of the estimates)."""
    found, errors = trials["tau"].to_numpy(), trials["se"].to_numpy()
    widest = 10 * found.std(ddof=1)
    return random_effects(found, errors, mean_sd=10 * np.abs(found).max(), spread=uniform(0, widest))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_mean_of_studies_is_the_exact_one(
    name: str, table: Callable[[str, str], Path], answer: Callable[..., None]
) -> None:
    mean, ends, spread = PUBLISHED[name]
    pooled = pooled_of(_trials(table("baggr_meta", f"{name}.csv")))
    ours, published = [pooled.mean], [mean]
    if ends is not None and spread is not None:
        ours += [pooled.typical(0.025), pooled.typical(0.975), pooled.mean_spread]
        published += [*ends, spread]
    answer(
        case="baggr_meta",
        asks=f"{name}: mean of the typical study" + (", its 95 % interval, heterogeneity" if ends else ""),
        published=", ".join(f"{one:.4f}" for one in published),
        ours=", ".join(f"{one:.4f}" for one in ours),
        tolerance=f"± {TOLERANCE}",
        why="both by quadrature: no Monte Carlo error parts us, only the grid and the rounding of what is published",
        holds=bool(np.allclose(ours, published, rtol=0, atol=TOLERANCE)),
    )
