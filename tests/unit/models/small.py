"""A small panel with everything a panel can have, and a question about it."""

import numpy as np
import xarray as xr

from evaluation.terms.panel import EARLIER
from evaluation.terms.question import Question

QUESTION = Question(
    says="What did the law do?",
    indicators=("victims", "convicted"),
    controls=("labour",),
    interventions=("law",),
    adjust_for=("partial",),
)


def small_panel(seed: int = 3) -> xr.Dataset:
    """Three indicators, six units in two regions, seven years; exact, suppressed and missing cells; a law that ends."""
    rng = np.random.default_rng(seed)
    shape = (3, 6, 7)
    lower = rng.poisson(12, shape).astype(float)
    upper = lower.copy()
    suppressed = lower < 9
    lower[suppressed], upper[suppressed] = 0, 4
    missing = rng.random(shape) < 0.1
    lower[missing] = upper[missing] = np.nan
    exposure = np.zeros((2, 6, 7))
    exposure[0, 0, 3:] = [0.5, 1, 1, 1]
    exposure[0, 1, 4:6] = 1.0  # it ends again
    exposure[1, 2, 2:] = 1.0
    event = np.full(exposure.shape, np.nan)
    for j, u, start in ((0, 0, 3), (0, 1, 4), (1, 2, 2)):
        event[j, u] = np.arange(7) - start
    breaks = np.zeros((1, *shape))
    breaks[0, 0, 5, 4:] = 1
    cell = ("indicator", "unit", "time")
    return xr.Dataset(
        {
            "lower": (cell, lower),
            "upper": (cell, upper),
            "status": (cell, np.where(missing, 0, np.where(suppressed, 2, 1)).astype("int8")),
            "base": (cell, np.full(shape, 1e5)),
            "exposure": (("intervention", "unit", "time"), exposure),
            "exposure_enforced": (("intervention", "unit", "time"), exposure),
            "event_time": (("intervention", "unit", "time"), event),
            "breaks": (("break", *cell), breaks),
            "covariates": (("covariate", "unit", "time"), rng.standard_normal((1, 6, 7))),
        },
        coords={
            "indicator": ["victims", "convicted", "labour"],
            "unit": list("ABCDEF"),
            "time": [str(year) for year in range(2010, 2017)],
            "intervention": ["law", "partial"],
            "break": ["F:victims:2014"],
            "covariate": ["income"],
            "region": ("unit", ["north"] * 3 + ["south"] * 3),
            "role": ("indicator", ["detection", "detection", "control"]),
            "outcome": ("indicator", [True, True, False]),
            "asked": ("intervention", [True, False]),
        },
    )


def monthly_panel(seed: int = 5, months: int = 30) -> xr.Dataset:
    """The same in months: long enough for seasons, and for a slope that changes."""
    rng = np.random.default_rng(seed)
    yearly = small_panel(seed)
    again = np.minimum(np.arange(months) // 4, 6)
    panel = yearly.isel(time=again)
    counts = rng.poisson(30, (3, 6, months)).astype(float)
    exact = panel["status"].values == 1
    event = panel["event_time"].values.copy()
    for j, u, start in ((0, 0, 12), (0, 1, 16), (1, 2, 8)):
        event[j, u] = np.arange(months) - start
    labels = [f"{2015 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    cell = ("indicator", "unit", "time")
    return panel.assign(
        lower=(cell, np.where(exact, counts, panel["lower"].values)),
        upper=(cell, np.where(exact, counts, panel["upper"].values)),
        event_time=(("intervention", "unit", "time"), event),
    ).assign_coords(time=labels)


def neighbours_panel(seed: int = 3) -> xr.Dataset:
    """The small panel, its units in a row: A beside B beside C and so on, F beside nobody but E."""
    panel = small_panel(seed)
    beside = np.eye(6, k=1) + np.eye(6, k=-1)
    return panel.assign_coords(neighbour=list("ABCDEF")).assign(weights=(("unit", "neighbour"), beside))


def with_earlier_edition(panel: xr.Dataset) -> xr.Dataset:
    """With an earlier edition that says the same."""
    return panel.assign({name: panel[name.removeprefix("earlier_")] for name in EARLIER})
