"""Other designs of the same study: would more periods, or more adopters, show the change that matters?

Each is rehearsed with its scales known, the field integrated out: a mode in place of a chain, so a design of any size
takes seconds. What not knowing the scales adds to the sd is taken from the simulations of the study's own design,
which were fitted whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.stats import norm

from evaluation.inference.compiled import build, data_of
from evaluation.inference.effect import Meter, contrast, treated_cells
from evaluation.inference.graph import evaluate
from evaluation.inference.hyper_points import KNOWN_BY
from evaluation.inference.integrated import one_thread
from evaluation.inference.joined import cell_scales, field_covariances
from evaluation.inference.linear import Layout, Linear
from evaluation.inference.many import Watch
from evaluation.inference.mode import Counts, Prior, draw, find_mode
from evaluation.inference.simulations import MATTERS, Scenario, Simulated, simulate
from evaluation.models.book import get_model
from evaluation.terms.panel import CELL, EXPOSURE
from evaluation.terms.periods import following
from evaluation.terms.study import Study

Array = np.ndarray
DRAWS = 100
TWO_SIDED = float(norm.ppf(0.975))
AS_PLANNED = "as planned"


@dataclass(frozen=True)
class Design:
    """A design that is asked about: the study's own, with periods or adopters added."""

    label: str
    panel: xr.Dataset
    periods: int = 0  # more than the study has
    adopters: int = 1  # times as many


def designs(study: Study, design: xr.Dataset) -> Iterator[Design]:
    """The study's own design, then those of `checks.rehearsal.longer` and `more_adopters`."""
    plan = study.checks.rehearsal
    yield Design(AS_PLANNED, design)
    for periods in plan.longer:
        yield Design(f"{periods} {study.panel.every}s more", longer(design, periods), periods=periods)
    for times in plan.more_adopters:
        yield Design(f"{times} times as many adopters", more_adopters(design, times), adopters=times)


def longer(design: xr.Dataset, periods: int) -> xr.Dataset:
    """The design with periods added at its end.

    Laws stay as they are in the last period, bases and covariates too; what is reported is what was reported in the
    last periods, again.
    """
    length = design.sizes["time"]
    again = length - 1 - np.arange(periods) % length
    last = np.concatenate([np.arange(length), np.full(periods, length - 1)])
    labels = [*design["time"].values.astype(str), *following(str(design["time"].values[-1]), periods)]
    more = design.isel(time=last).assign_coords(time=np.array(labels))
    status = design["status"].isel(time=np.concatenate([np.arange(length), again[::-1]]))
    event = design["event_time"].isel(time=last).transpose(*EXPOSURE)
    since = np.concatenate([np.zeros(length), 1.0 + np.arange(periods)])
    return more.assign(
        status=(status.dims, status.values), event_time=(EXPOSURE, event.values + since)
    ).assign_attrs(design.attrs)  # fmt: skip


def more_adopters(design: xr.Dataset, times: int) -> xr.Dataset:
    """The design with `times` as many adopters: each again, with its calendar, base and gaps, under another name."""
    asked = design["exposure"].isel(intervention=np.flatnonzero(design["asked"].values))
    who = design.isel(unit=np.flatnonzero((asked > 0).any(("intervention", "time")).values))
    copies = [
        who.assign_coords(unit=np.array([f"{unit} {number}" for unit in who["unit"].values.astype(str)]))
        for number in range(2, times + 1)
    ]
    return xr.concat(
        [design, *copies], dim="unit", data_vars="minimal", coords="minimal", join="exact", compat="equals"
    )


def reach(
    study: Study, design: xr.Dataset, simulations: xr.Dataset, *, watch: Watch | None = None
) -> xr.Dataset:  # fmt: skip
    """How well each design would show the change that matters.

    Parameters
    ----------
    simulations
        Those of the study's own design, from `rehearse_fits`.

    Returns
    -------
    `xr.Dataset` over `design` (labels): `more_periods`, `times_adopters`, `expected_width` of the 95 % interval of the
    overall effect (percentage points) and `expected_assurance`, the probability that it leaves out zero; attribute
    `inflation`: how much wider a whole fit is than one with its scales known. Empty where nothing is asked, the
    model is not Gaussian given its scales, or no whole fit of the change that matters is there to be held against.
    """
    plan = study.checks.rehearsal
    gaussian = getattr(get_model(study.model.name, study.model.settings), "gaussian", ())
    if not (gaussian and plan.at_each and (plan.longer or plan.more_adopters)):
        return xr.Dataset()
    if not np.isfinite(_fitted(simulations, "upper")).any():
        return xr.Dataset()
    scenario = Scenario(MATTERS, study.question.matters_from)
    asked = list(designs(study, design))
    known = []
    for number, one in enumerate(asked, 1):
        made = simulate(study, one.panel, scenario, plan.at_each)
        known.append(known_spread(study, one.panel, made, gaussian))
        if watch:
            watch(one.label, number, len(asked))
    wider = _inflation(simulations, known[0])
    true = float(np.log1p(study.question.matters_from / 100))
    # in pairs with the same scales: worlds differ more from one another than designs do
    own = wider * known[0][np.isfinite(known[0])]
    spreads = [own * float(np.nanmedian(each / known[0])) for each in known]
    return xr.Dataset(
        {
            "more_periods": ("design", [one.periods for one in asked]),
            "times_adopters": ("design", [one.adopters for one in asked]),
            "expected_width": ("design", [_width(true, each) for each in spreads]),
            "expected_assurance": ("design", [_assurance(true, each) for each in spreads]),
        },
        coords={"design": [one.label for one in asked]},
        attrs={"inflation": wider},
    )


def known_spread(study: Study, design: xr.Dataset, made: Simulated, gaussian: tuple[str, ...]) -> Array:
    """Posterior sd of the overall log rate ratio in each data set, (simulation,), were the scales known.

    The mean over cells, each counting the same: totals would hang on which unit happens to grow in later years. All
    data sets are of one design, so it is laid out once: where levels are looked for is all that differs otherwise, and
    the spread does not hang on that.
    """
    first = made.panels[0]
    model = build(study, first)
    data = data_of(model)
    layout, meter = Layout(model, gaussian), Meter(model)
    with one_thread():
        linear = Linear(layout, data)
    named = [name for name in KNOWN_BY if name in model]
    of_field = dict(zip(named, evaluate(model, [model[name] for name in named], made.prior), strict=True))
    dims = {name: ("chain", "draw", *(model.named_vars_to_dims.get(name) or ())) for name in named}
    drawn = made.prior.assign({name: (dims[name], one) for name, one in of_field.items()})
    shape = data["log_base"].shape
    covariances, wide = field_covariances(drawn, shape[-1])[0], cell_scales(drawn, shape)[0]
    scales = made.prior["scale"].values[0]
    rng = np.random.default_rng(study.seed_for("rehearsal designs"))
    found = []
    for at, panel in enumerate(made.panels):
        with one_thread():
            bounds = (panel[name].transpose(*CELL).values for name in ("lower", "upper"))
            lower, upper, log_base = (layout.laid(one) for one in (*bounds, np.asarray(data["log_base"])))
            counts = Counts(lower, upper, log_base, np.zeros(lower.shape))
            try:
                mode = find_mode(linear, counts, scales[at], Prior(covariances[at], wide[at]))
            except np.linalg.LinAlgError:
                found.append(np.nan)  # of some dozens; the median of the others stands
                continue
            standard, field = draw(linear, mode, DRAWS, rng)
        values = layout.split(linear.coefficients(standard)) | {"log_rate": layout.parted(field)}
        values["scale"] = np.tile(scales[at], (DRAWS, 1))
        posterior = xr.Dataset(
            {
                name: (("chain", "draw", *(f"{name} {axis}" for axis in range(one.ndim - 1))), one[None])
                for name, one in values.items()
            }
        )
        on, off = meter.both_ways(panel, posterior, data)
        cells = treated_cells(study, panel, on["unit"]) & panel["outcome"].astype(bool)
        found.append(float(contrast(on, off, cells, CELL)["log_ratio"].values.std(ddof=1)))
    return np.array(found)


def _inflation(simulations: xr.Dataset, known: Array) -> float:
    """How many times wider the interval of a whole fit, of totals, is than that of `known_spread`."""
    upper, lower = (_fitted(simulations, name) for name in ("upper", "lower"))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (np.log1p(upper / 100) - np.log1p(lower / 100)) / (2 * TWO_SIDED)
    return float(np.nanmedian(spread) / np.nanmedian(known))


def _fitted(simulations: xr.Dataset, name: str) -> Array:
    """One number of each whole fit's overall effect, (simulation,), where the change that matters was put in."""
    here = simulations.isel(simulation=np.flatnonzero(simulations["scenario"].values.astype(str) == MATTERS))
    found: Array = here[name].sel(quantity="overall").values
    return found


def _width(true: float, spread: Array) -> float:
    ends = np.exp(true + TWO_SIDED * np.array([[-1.0], [1.0]]) * spread)
    return float(np.median(100 * (ends[1] - ends[0])))


def _assurance(true: float, spread: Array) -> float:
    """Chance that a normal answer around the truth lies more than 1.96 of its sd from zero, over the simulations."""
    away = abs(true) / spread
    return float((norm.cdf(away - TWO_SIDED) + norm.cdf(-away - TWO_SIDED)).mean())
