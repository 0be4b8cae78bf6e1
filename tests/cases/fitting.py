"""From the table of a published case to the effect: a panel as `shape` makes it, one seeded fit, one estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from evaluation.inference.compiled import build, compile_model, complete, sample
from evaluation.inference.diagnostics import worst
from evaluation.inference.effect import estimate
from evaluation.panel.exposure import event_time_of
from evaluation.terms.panel import CELL, EXPOSURE, Status
from evaluation.terms.question import Question
from evaluation.terms.study import ModelPlan, PanelPlan, SamplerPlan, Study

Tables = Mapping[str, pd.DataFrame]  # by name; a row for each unit, a column for each period

SAMPLER = SamplerPlan(chains=4, draws=500, tune=300)
# Of the estimate itself: Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2).
LARGEST_RHAT, FEWEST_ESS = 1.01, 400


@dataclass(frozen=True)
class Estimate:
    """Mean, standard deviation and central 95 % of the draws of one number, and how well they were sampled."""

    mean: float
    sd: float
    lower: float
    upper: float
    rhat: float
    ess: float

    @classmethod
    def of(cls, draws: xr.DataArray) -> "Estimate":
        """Of draws over (chain, draw)."""
        values = draws.transpose("chain", "draw").values.astype(float)
        lower, upper = np.quantile(values, [0.025, 0.975])
        sampling = worst(values[None])
        return cls(
            float(values.mean()), float(values.std()), float(lower), float(upper),
            sampling["rhat_max"], sampling["ess_min"],
        )  # fmt: skip

    @property
    def width(self) -> float:
        """Of the 95 % interval."""
        return self.upper - self.lower

    @property
    def trouble(self) -> str:
        """Why the draws cannot be trusted; empty where they can.

        >>> Estimate(-0.05, 0.0132, -0.076, -0.024, 1.2, 20).trouble
        'the sampling has not converged: R-hat 1.200, ESS 20'
        """
        if self.rhat <= LARGEST_RHAT and self.ess >= FEWEST_ESS:
            return ""
        return f"the sampling has not converged: R-hat {self.rhat:.3f}, ESS {self.ess:.0f}"

    def says(self, digits: int = 4) -> str:
        """In one line.

        >>> Estimate(-0.05, 0.0132, -0.076, -0.024, 1.0, 2000).says()
        '-0.0500, sd 0.0132, 95 % -0.0760 to -0.0240'
        """
        ends = f"{self.lower:.{digits}f} to {self.upper:.{digits}f}"
        return f"{self.mean:.{digits}f}, sd {self.sd:.{digits}f}, 95 % {ends}"


def panel_of(
    counts: Tables,
    laws: Tables,
    *,
    base: pd.DataFrame | None = None,
    controls: Sequence[str] = (),
    region: pd.Series | None = None,
    covariates: Tables | None = None,
) -> xr.Dataset:
    """The panel of exact counts under these laws, all asked about; every table has the same units and periods."""
    one = next(iter(counts.values()))
    units, periods = list(one.index.astype(str)), list(one.columns.astype(str))
    count = np.rint(_stacked(counts, one))
    at_risk = np.ones(one.shape) if base is None else base.to_numpy(dtype=float)
    coords = {"intervention": list(laws), "unit": units, "time": periods}
    exposure = xr.DataArray(_stacked(laws, one), coords, EXPOSURE)
    where = np.full(len(units), "all") if region is None else region.loc[one.index].to_numpy(dtype=str)
    return xr.Dataset(
        {
            "lower": (CELL, count),
            "upper": (CELL, count),
            "status": (CELL, np.full(count.shape, Status.EXACT, dtype="int8")),
            "base": (CELL, np.repeat(at_risk[None], len(counts), axis=0)),
            "exposure": exposure,
            "exposure_enforced": exposure,
            "event_time": event_time_of(exposure),
            "breaks": (("break", *CELL), np.zeros((0, *count.shape))),
            "covariates": (("covariate", "unit", "time"), _stacked(covariates or {}, one)),
        },
        coords={
            "indicator": list(counts),
            "break": np.array([], dtype="U"),
            "covariate": np.array(list(covariates or {}), dtype="U"),
            "region": ("unit", where),
            "role": ("indicator", ["control" if name in controls else "outcome" for name in counts]),
            "outcome": ("indicator", [name not in controls for name in counts]),
            "asked": ("intervention", [True] * len(laws)),
        },
    )


def _stacked(tables: Tables, like: pd.DataFrame) -> np.ndarray:
    """(name, unit, time), in the order of units and periods of `like`."""
    values = [table.loc[like.index, like.columns].to_numpy(dtype=float) for table in tables.values()]
    return np.stack(values) if values else np.zeros((0, *like.shape))


def study_of(
    case: str, settings: Mapping[str, Any], panel: xr.Dataset, *, seed: int, model: str = "staggered"
) -> Study:
    """A study of everything in the panel, with these settings of the model and its defaults for the rest."""
    periods = [str(period) for period in panel["time"].values]
    question = Question(
        says="What did the laws do?",
        indicators=tuple(str(name) for name in panel["indicator"].values),
        interventions=tuple(str(name) for name in panel["intervention"].values),
    )
    return Study(
        name=case,
        title=case,
        seed=seed,
        panel=PanelPlan(observations=(case,), span=(periods[0], periods[-1])),
        question=question,
        model=ModelPlan(name=model, settings=settings),
    )


def effect_of(study: Study, panel: xr.Dataset, sampler: SamplerPlan = SAMPLER) -> xr.DataTree:
    """The effect as `estimate` gives it, from one fit with the study's own seed."""
    model = build(study, panel)
    drawn = sample(
        compile_model(model), draws=sampler.draws, tune=sampler.tune, chains=sampler.chains,
        target_accept=sampler.target_accept, seed=study.seed_for("fit"), progress=False,
    )  # fmt: skip
    return estimate(study, panel, xr.DataTree.from_dict({"posterior": complete(model, drawn)}))
