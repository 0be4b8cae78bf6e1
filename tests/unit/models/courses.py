"""Made-up counts of units that follow courses they share, some more closely than others; and what a model finds."""

import numpy as np
import xarray as xr

from evaluation.inference.compiled import build, compile_model, complete, sample
from evaluation.inference.effect import estimate
from evaluation.terms.panel import CELL, Status
from evaluation.terms.question import Question
from evaluation.terms.study import ModelPlan, PanelPlan, Study

PERIODS, UNITS, TREATED, START = 16, 24, 4, 11
EFFECT = -0.4


def shared_courses(seed: int, model: str, treated: int = TREATED) -> tuple[Study, xr.Dataset]:
    """Counts that follow two courses, the treated units more closely than the others: no parallel trends."""
    rng = np.random.default_rng(seed)
    course = np.cumsum(rng.normal(0, 0.35, (2, PERIODS)), axis=1)
    follows = rng.normal(0, 0.5, (UNITS, 2))
    follows[:treated] += 0.6
    rate = np.log(60) + rng.normal(0, 0.5, (UNITS, 1)) + follows @ course + 0.05 * rng.normal(size=(UNITS, PERIODS))
    exposure = np.zeros((1, UNITS, PERIODS))
    exposure[0, :treated, START:] = 1.0
    counts = rng.poisson(np.exp(rate + EFFECT * exposure[0]))[None].astype(float)
    event = np.where(np.arange(UNITS)[:, None] < treated, np.arange(PERIODS) - START, np.nan)[None]
    panel = xr.Dataset(
        {
            "lower": (CELL, counts),
            "upper": (CELL, counts),
            "status": (CELL, np.full(counts.shape, Status.EXACT, dtype="int8")),
            "base": (CELL, np.ones(counts.shape)),
            "exposure": (("intervention", "unit", "time"), exposure),
            "event_time": (("intervention", "unit", "time"), event),
        },
        coords={
            "indicator": ["count"],
            "unit": [f"unit {number:02d}" for number in range(UNITS)],
            "time": [str(2000 + number) for number in range(PERIODS)],
            "intervention": ["law"],
            "region": ("unit", ["all"] * UNITS),
            "role": ("indicator", ["outcome"]),
            "outcome": ("indicator", [True]),
            "asked": ("intervention", [True]),
        },
    )
    question = Question(says="What did the law do?", indicators=("count",), interventions=("law",))
    plan = PanelPlan(observations=("made_up",), span=("2000", "2015"))
    return Study(name="courses", title="", seed=4, panel=plan, question=question, model=ModelPlan(name=model)), panel


def fitted(study: Study, panel: xr.Dataset) -> xr.DataTree:
    """A short fit, with its effect under the name `effect`."""
    model = build(study, panel)
    drawn = sample(compile_model(model), draws=300, tune=300, chains=2, target_accept=0.8, seed=1, progress=False)
    posterior = complete(model, drawn)
    found = estimate(study, panel, xr.DataTree.from_dict({"posterior": posterior}))
    return xr.DataTree.from_dict({"posterior": posterior, "effect": found["overall"].to_dataset()})


def interval(fit: xr.DataTree) -> tuple[float, float]:
    """95 % of the overall log rate ratio."""
    lower, upper = np.quantile(fit["effect"]["log_ratio"].values, [0.025, 0.975])
    return float(lower), float(upper)
