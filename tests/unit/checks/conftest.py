"""A small clean study with everything a check may read, and ways to break it. Tests change copies."""

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.terms import ChecksPlan, Finding, ModelPlan, PanelPlan, Question, Study

INDICATORS = ("victims", "control")
INDICATOR_NAMES = ("Victims, all forms", "Burglaries")
UNITS = tuple(f"U{number:02d}" for number in range(12))
UNIT_NAMES = tuple(f"Country {number}" for number in range(12))
TIMES = tuple(str(year) for year in range(2010, 2022))
TREATED = 10
CHAINS, DRAWS = 4, 250
VARIANTS = (
    "main",
    "prior:claimed",
    "prior:sceptical",
    "prior:wide",
    "suppressed:dropped",
    "suppressed:zero",
    "breaks:off",
    "date:enforced",
    "leads",
)
SHAPE = (len(INDICATORS), len(UNITS), len(TIMES))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)


@pytest.fixture(scope="session")
def study() -> Study:
    return Study(
        name="small",
        title="Small",
        seed=7,
        panel=PanelPlan(observations=("made_up",), span=("2010", "2021")),
        question=Question(
            says="?", indicators=("victims",), controls=("control",), interventions=("law",), matters_from=-20.0
        ),
        model=ModelPlan(name="staggered"),
    )


@pytest.fixture(scope="session")
def rates() -> np.ndarray:
    """Expected counts (indicator, unit, time): a level for each unit, and a drift with memory."""
    rng = np.random.default_rng(1)
    level = rng.normal(3.0, 0.8, size=SHAPE[:2])[..., None]
    return np.exp(level + walk(rng, SHAPE, 0.6, 0.3))


def walk(rng: np.random.Generator, shape: tuple[int, ...], memory: float, sd: float) -> np.ndarray:
    """A stationary autoregression along the last axis."""
    noise = rng.normal(size=shape) * sd
    noise[..., 1:] *= np.sqrt(1 - memory**2)
    for step in range(1, shape[-1]):
        noise[..., step] += memory * noise[..., step - 1]
    return noise


@pytest.fixture(scope="session")
def panel(rates: np.ndarray) -> xr.Dataset:
    rng = np.random.default_rng(2)
    counts = rng.poisson(rates).astype(float)
    status = np.where(counts < 5, 2, 1).astype("int8")
    status[:, 0, 0] = 0
    lower = np.where(status == 2, 0.0, counts)
    upper = np.where(status == 2, 4.0, counts)
    lower[status == 0] = upper[status == 0] = np.nan
    exposure = np.zeros((1, *SHAPE[1:]))
    for unit in range(TREATED):
        exposure[0, unit, 4 + unit % 4 :] = 1
    event_time = np.where(exposure.any(axis=2, keepdims=True), np.arange(SHAPE[2]), np.nan)
    event_time -= exposure.argmax(axis=2)[..., None]
    enforced = exposure.copy()
    enforced[0, 0, 4] = 0
    cell = ("indicator", "unit", "time")
    breaks = np.zeros((1, *SHAPE))
    breaks[0, 0, 11, 6:] = 1
    adoptions = [
        {"unit": unit, "intervention": "law", "law": "An act", "starts": "2014", "enforced": None, "certainty": "high"}
        for unit in UNITS[:TREATED]
    ]
    return xr.Dataset(
        {
            "lower": (cell, lower),
            "upper": (cell, upper),
            "status": (cell, status),
            "base": (cell, np.full(SHAPE, 1e6)),
            "exposure": (("intervention", "unit", "time"), exposure),
            "exposure_enforced": (("intervention", "unit", "time"), enforced),
            "event_time": (("intervention", "unit", "time"), event_time),
            "breaks": (("break", *cell), breaks),
        },
        coords={
            "indicator": list(INDICATORS),
            "unit": list(UNITS),
            "time": list(TIMES),
            "intervention": ["law"],
            "asked": ("intervention", [True]),
            "break": ["U11:victims:2016"],
            "unit_name": ("unit", list(UNIT_NAMES)),
            "indicator_says": ("indicator", ["victims of trafficking detected", "burglaries known to police"]),
            "indicator_label": ("indicator", list(INDICATOR_NAMES)),
            "role": ("indicator", ["market", "control"]),
            "outcome": ("indicator", [True, False]),
        },
        attrs={"adoptions": json.dumps(adoptions)},
    )


def cells_of(panel: xr.Dataset, status: int) -> np.ndarray:
    return np.flatnonzero(panel["status"].values.ravel() == status)


def counts_group(rng: np.random.Generator, panel: xr.Dataset, rates: np.ndarray) -> xr.Dataset:
    """Replicated counts of exact and suppressed cells, given rates (indicator, unit, time) or with draws in front."""
    rates = np.broadcast_to(rates, (CHAINS, DRAWS, *SHAPE)).reshape(CHAINS, DRAWS, -1)
    parts = {}
    for name, status in (("exact", 1), ("suppressed", 2)):
        at = cells_of(panel, status)
        dims = ("chain", "draw", f"{name}_cell")
        parts[name] = xr.DataArray(rng.poisson(rates[..., at]), dims=dims, coords={f"{name}_cell": at})
    return xr.Dataset(parts)


@pytest.fixture(scope="session")
def fit(panel: xr.Dataset, rates: np.ndarray) -> xr.DataTree:
    rng = np.random.default_rng(3)
    exact = cells_of(panel, 1)
    observed = panel["lower"].values.ravel()[exact]
    wobble = rng.normal(0, 0.05, size=(CHAINS, DRAWS, *SHAPE))
    rate = (rates * np.exp(wobble)).reshape(CHAINS, DRAWS, -1)[..., exact]
    pointwise = observed * np.log(rate) - rate
    prior = np.exp(rng.normal(3.0, 1.5, size=(CHAINS, DRAWS, *SHAPE[:2], 1)) + np.zeros(SHAPE))
    anew = np.exp(
        rng.normal(3.0, 0.8, size=(CHAINS, DRAWS, *SHAPE[:2], 1)) + walk(rng, (CHAINS, DRAWS, *SHAPE), 0.6, 0.3)
    )
    sample = ("chain", "draw")
    return xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset(
                {
                    "effect": (sample, rng.normal(-0.1, 0.1, size=(CHAINS, DRAWS))),
                    "log_rate": ((*sample, "indicator", "unit", "time"), rng.normal(size=(CHAINS, DRAWS, *SHAPE))),
                },
                coords={"indicator": list(INDICATORS), "unit": list(UNITS), "time": list(TIMES)},
            ),
            "sample_stats": xr.Dataset(
                {
                    "diverging": (sample, np.zeros((CHAINS, DRAWS), dtype=bool)),
                    "energy": (sample, rng.normal(size=(CHAINS, DRAWS))),
                }
            ),
            "prior_predictive": counts_group(rng, panel, prior),
            "posterior_predictive": counts_group(rng, panel, rates),
            "replicated": counts_group(rng, panel, anew),
            "log_likelihood": xr.Dataset({"exact": ((*sample, "exact_cell"), pointwise)}, coords={"exact_cell": exact}),
        }
    )


@pytest.fixture(scope="session")
def variants() -> xr.Dataset:
    rng = np.random.default_rng(4)
    quantity, lead, sample = ("overall", *INDICATORS), ("-2", "-1"), 1000
    effect = rng.normal(-0.2, 0.05, size=(len(VARIANTS), len(quantity), sample))
    effect[:, 2] += 0.2  # the negative control does not move
    leads = np.full((len(VARIANTS), len(INDICATORS), len(lead), sample), np.nan)
    leads[-1] = 100 * np.expm1(rng.normal(0, 0.05, size=leads.shape[1:]))
    return xr.Dataset(
        {
            "percent": (("variant", "quantity", "sample"), 100 * np.expm1(effect)),
            "lead_percent": (("variant", "indicator", "lead", "sample"), leads),
            "rhat_max": ("variant", np.full(len(VARIANTS), 1.01)),
            "ess_min": ("variant", np.full(len(VARIANTS), 300.0)),
            "divergences": ("variant", np.zeros(len(VARIANTS))),
        },
        coords={
            "variant": list(VARIANTS),
            "quantity": list(quantity),
            "indicator": list(INDICATORS),
            "lead": list(lead),
        },
        attrs={"lead_prior_sd": 0.5},
    )


@pytest.fixture
def evidence(study: Study, panel: xr.Dataset, fit: xr.DataTree, variants: xr.Dataset) -> Evidence:
    return Evidence(study=study, panel=panel, fit=fit, variants=variants)


def look(name: str, evidence: Evidence, **limits: float) -> Finding:
    """The one finding of one check."""
    plan = ChecksPlan(limits=limits)
    card = next(card for card in cards() if card.name == name)
    (finding,) = card.run(replace(evidence, study=replace(evidence.study, checks=plan)))
    return finding


def with_group(evidence: Evidence, name: str, group: xr.Dataset | None) -> Evidence:
    """The evidence with one group of the fit replaced, or taken out."""
    groups = {key: node.to_dataset() for key, node in evidence.fit.children.items() if key != name}
    if group is not None:
        groups[name] = group
    return replace(evidence, fit=xr.DataTree.from_dict(groups))


def moved(variants: xr.Dataset, name: str, by: float, quantity: str = "overall") -> xr.Dataset:
    """The refits with one of them moved by a log ratio."""
    chosen = {"variant": name, "quantity": quantity}
    changed = variants.copy(deep=True)
    changed["percent"].loc[chosen] = 100 * np.expm1(np.log1p(variants["percent"].loc[chosen] / 100) + by)
    return changed
