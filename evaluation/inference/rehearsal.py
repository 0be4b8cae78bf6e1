"""A study rehearsed: data sets that its own model made, each fitted, and how the answers compare with the truth.

Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv:1804.06788) and design
analysis (Gelman and Carlin 2014, Perspectives on Psychological Science 9(6)) are the same fits, read in two ways.
"""

from functools import partial

import numpy as np
import xarray as xr

from evaluation.inference.designs import reach
from evaluation.inference.diagnostics import bulk_ess
from evaluation.inference.many import Kept, Watch, many
from evaluation.inference.refit import Effort
from evaluation.inference.simulations import Scenario, Simulated, scenarios, simulate
from evaluation.inference.variants import Variant
from evaluation.terms.study import Study
from evaluation.terms.workers import Workers

INTERVAL = 0.95
FEWEST_RANKS = 19  # thinned draws left of a fit, at least: the rank of the truth among them has one value more

Array = np.ndarray

_SAYS = {
    "prior": "everything drawn from the priors",
    "none": "a law without any effect",
    "matters": "the smallest change that matters",
    "claimed": "the change that is claimed",
}


def rehearse_fits(
    study: Study,
    design: xr.Dataset,
    *,
    workers: Workers | None = None,
    kept: Kept | None = None,
    watch: Watch | None = None,
) -> xr.Dataset:
    """Simulate what `checks.rehearsal` asks for, fit each, and hold the answers against the truth.

    Parameters
    ----------
    design
        The panel without outcomes; counts in it would not be looked at.
    workers, kept, watch
        As of `many`: where the fits run, where finished ones are kept, who is told.

    Returns
    -------
    `xr.Dataset` over (simulation, quantity); empty where the study asks for none. `truth`, `median`, `lower`, `upper`
    (central 95 %) and `sd`: percent of effects, their own units of parameters. `pit`: where the truth lies among the
    draws, uniform on (0, 1) if all is well. Over simulation: `scenario`, `change` (what the law does, in percent; NaN
    where drawn), `state`, `trouble`, `rhat_max`, `ess_min`, `divergences`. Over quantity: `thinned_by`. Over `design`:
    what `designs.reach` says. A fit that fails stays, with its trouble and no numbers, even if all of them do.

    Raises
    ------
    EvidenceError
        The workers went away; the fits finished until then are in `kept`.
    """
    plan = study.checks.rehearsal
    counts = {name: plan.from_prior if one.change is None else plan.at_each for name, one in scenarios(study).items()}
    worlds = {one: simulate(study, design, one, counts[name]) for name, one in scenarios(study).items()}
    panels = {f"{one.name}:{at}": panel for one, made in worlds.items() for at, panel in enumerate(made.panels, 1)}
    if not panels:
        return xr.Dataset()
    readings = {name: Variant(_SAYS[name.partition(":")[0]], partial(_given, made=one)) for name, one in panels.items()}
    effort = Effort(
        draws=plan.draws, tune=plan.tune, chains=1, target_accept=study.sampler.target_accept, parameters=True
    )  # fmt: skip
    first = next(iter(panels.values()))
    fits = many(study, first, readings, effort, workers=workers, kept=kept, watch=watch)
    found = compared(study, worlds, fits)
    del worlds, panels, readings  # hundreds of panels, which nothing needs any more
    return found.merge(reach(study, design, found, watch=watch), combine_attrs="no_conflicts")


def _given(study: Study, panel: xr.Dataset, *, made: xr.Dataset) -> tuple[Study, xr.Dataset]:
    return study, made


def compared(study: Study, worlds: dict[Scenario, Simulated], fits: xr.Dataset) -> xr.Dataset:
    """Every simulation's answer beside its truth: see `rehearse_fits`. `fits` are in the order of the worlds."""
    truth = xr.concat([made.truth for made in worlds.values()], dim="simulation")
    draws = _draws(fits, truth.sizes["quantity"])
    step = _thinning(draws)
    rng = np.random.default_rng(study.seed_for("rehearsal ranks"))
    tail = (1 - INTERVAL) / 2
    # of n draws, the quantile at k / (n + 1) is the k-th: such an interval holds the next draw as often as it says
    lower, median, upper = np.quantile(draws, [tail, 0.5, 1 - tail], axis=-1, method="weibull")
    each = {"truth": truth.values, "median": median, "lower": lower, "upper": upper, "sd": draws.std(axis=-1)}
    each["pit"] = _pit(draws, truth.values, step, rng)
    of = [(one, at) for one, made in worlds.items() for at in range(len(made.panels))]
    found = xr.Dataset(
        {name: (("simulation", "quantity"), values) for name, values in each.items()},
        coords={"simulation": fits["variant"].values.astype(str), "quantity": truth["quantity"].values.astype(str)},
        attrs={"interval": INTERVAL, "draws": draws.shape[-1]},
    )
    found["thinned_by"] = ("quantity", step)
    found["scenario"] = ("simulation", np.array([one.name for one, _ in of], dtype=str))
    found["change"] = ("simulation", np.array([np.nan if one.change is None else one.change for one, _ in of]))
    for name in ("rhat_max", "ess_min", "divergences"):
        found[name] = ("simulation", fits[name].values.astype(float))
    for name in ("state", "trouble"):
        found[name] = ("simulation", fits[name].values.astype(str))
    return found


def _draws(fits: xr.Dataset, quantities: int) -> Array:
    """Draws (simulation, quantity, draw): effects, then parameters, which are not there at all if every fit failed."""
    effects = fits["percent"].values
    if "parameter_draws" in fits:
        return np.concatenate([effects, fits["parameter_draws"].values], axis=1)
    simulations, of_effects, count = effects.shape
    return np.concatenate([effects, np.full((simulations, quantities - of_effects, count), np.nan)], axis=1)


def _thinning(draws: Array) -> Array:
    """Every how many draws a quantity says something new, (quantity,), of draws (simulation, quantity, draw).

    Of the fits that gave numbers, the middle one; 1 where none did.
    """
    simulations, quantities, count = draws.shape
    ess = bulk_ess(draws.reshape(-1, 1, count)).reshape(simulations, quantities)
    gave = ~np.isnan(draws).any(axis=-1)
    middle = [np.nanmedian(one[there]) if there.any() else count for one, there in zip(ess.T, gave.T, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        step = np.ceil(count / np.array(middle))
    found: Array = np.clip(np.nan_to_num(step, nan=1.0), 1, max(1, count // FEWEST_RANKS)).astype(int)
    return found


def _pit(draws: Array, truth: Array, step: Array, rng: np.random.Generator) -> Array:
    """Place of the truth among the thinned draws, (simulation, quantity), spread evenly between two draws."""
    spread = rng.random(truth.shape)
    pit = np.full(truth.shape, np.nan)
    for q in range(truth.shape[1]):
        some = draws[:, q, :: step[q]]
        below = (some < truth[:, q, None]).sum(axis=-1)
        ties = (some == truth[:, q, None]).sum(axis=-1)
        pit[:, q] = (below + spread[:, q] * (1 + ties)) / (some.shape[-1] + 1)
    pit[np.isnan(truth) | np.isnan(draws).any(axis=-1)] = np.nan
    return pit
