"""The study of a simulated panel, and the panel as the model takes it: scales have the priors they are drawn from."""

from typing import Any

import numpy as np
import xarray as xr
from simulated_panels import EFFECT_SD, PERSISTENCE, SCALES, SMALLEST, Simulated, Size

from evaluation.terms import ModelPlan, PanelPlan, Question, Study
from evaluation.terms.panel import CELL, EXPOSURE, Status


def study_of(size: Size) -> Study:
    """What is asked of a panel of this size: the effect on its outcomes, under the wide prior."""
    effect = {"prior": "wide", "priors": {"wide": {"mean": 0.0, "sd": EFFECT_SD}}, "unit_sd": SCALES["effect_unit"]}
    settings: dict[str, Any] = {
        "effect": effect, "leads": 0, "level_spread": SCALES["level_spread"], "shock_sd": SCALES["common"],
        "drift_sd": SCALES["drift"], "drift_persistence": list(PERSISTENCE), "noise_sd": SCALES["noise"],
    }  # fmt: skip
    years = _years(size)
    outcomes, controls = size.names[: size.outcomes], size.names[size.outcomes :]
    return Study(
        name="coverage", title="Simulated panels", seed=1, simulated=True,
        panel=PanelPlan(observations=("simulated",), span=(years[0], years[-1])),
        question=Question(says="?", indicators=outcomes, controls=controls, interventions=("law",)),
        model=ModelPlan(name="staggered", settings=settings),
    )  # fmt: skip


def panel_of(simulated: Simulated, size: Size) -> xr.Dataset:
    """The panel as docs/architecture.md describes it."""
    exposed = simulated.exposure > 0
    since = np.arange(size.periods) - exposed.argmax(-1)[:, None]
    event = np.where(exposed.any(-1)[:, None], since, np.nan)
    known = np.where(simulated.lower < simulated.upper, Status.SUPPRESSED, Status.EXACT)
    cells = {name: (CELL, getattr(simulated, name)) for name in ("lower", "upper", "base")}
    status = np.where(np.isnan(simulated.lower), Status.NOT_REPORTED, known).astype(np.int8)
    outcome = [place < size.outcomes for place in range(size.indicators)]
    panel = xr.Dataset(
        {**cells, "status": (CELL, status),
         "exposure": (EXPOSURE, simulated.exposure[None]), "event_time": (EXPOSURE, event[None])},
        coords={
            "indicator": list(size.names), "unit": [f"U{u:02d}" for u in range(size.units)],
            "time": list(_years(size)), "intervention": ["law"], "asked": ("intervention", [True]),
            "region": ("unit", ["one"] * size.units),
            "role": ("indicator", ["detection" if asked else "control" for asked in outcome]),
            "outcome": ("indicator", outcome),
        },
    )  # fmt: skip
    assert exposed[: size.adopters].any(-1).all()  # which units adopt is part of the compiled model
    return panel.assign_attrs(widest_interval=SMALLEST - 1)  # a panel may happen to have no suppressed cell


def _years(size: Size) -> tuple[str, ...]:
    return tuple(str(2008 + t) for t in range(size.periods))
