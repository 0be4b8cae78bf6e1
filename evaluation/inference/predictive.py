"""What the model predicts: before any data, and after them; and the densities that later checks weigh."""

from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from pymc.model.transform.conditioning import remove_value_transforms

from evaluation.inference.compiled import FIELDS, build
from evaluation.inference.graph import evaluate
from evaluation.inference.left_out import left_out_group
from evaluation.terms.panel import Status
from evaluation.terms.study import Study

COUNTS = ("exact", "suppressed")
PREDICTIVE_DRAWS = 500  # a chain's share is thinned to this many in all: enough for any p-value a check prints
DENSITY_DRAWS = 2000  # what leaving out and power-scaling reweight: more would only make the file larger
QUICK = {"mode": "FAST_COMPILE"}  # one pass over a few hundred draws: compiling would cost more than it saves


def prior_predictive(study: Study, design: xr.Dataset) -> xr.DataTree:
    """Draws from the prior and of the counts it expects, on a panel or on a design without outcomes.

    Returns
    -------
    `xr.DataTree` with `prior` and `prior_predictive`; for a design, every reported cell is drawn as a count.
    """
    model = build(study, design if "lower" in design else with_placeholders(design))
    return _prior_draws(model, study)


def with_placeholders(design: xr.Dataset) -> xr.Dataset:
    """A design whose reported cells hold zeros: their place is known, their counts are not looked at."""
    known = design["status"].isin([Status.EXACT, Status.SUPPRESSED])
    zero = xr.zeros_like(design["base"]).where(known)
    return design.assign(lower=zero, upper=zero)


def _prior_draws(model: pm.Model, study: Study) -> xr.DataTree:
    names = [variable.name for variable in model.free_RVs if variable.name not in FIELDS]
    observed = [variable.name for variable in model.observed_RVs]
    seed = study.seed_for("prior")
    draws = pm.sample_prior_predictive(
        study.sampler.prior_draws, model=model, var_names=[*names, *observed], random_seed=seed, compile_kwargs=QUICK
    )
    return xr.DataTree.from_dict({name: draws[name].to_dataset() for name in ("prior", "prior_predictive")})


def posterior_groups(study: Study, model: pm.Model, posterior: xr.Dataset) -> dict[str, xr.Dataset]:
    """`posterior_predictive`, `log_likelihood`, `log_prior`, `observed_data` and `constant_data` of a fit."""
    total = posterior.sizes["chain"] * posterior.sizes["draw"]
    few = posterior.isel(draw=slice(None, None, max(1, total // PREDICTIVE_DRAWS))).astype(float)
    weighed = posterior.isel(draw=slice(None, None, max(1, total // DENSITY_DRAWS)))
    predictive = pm.sample_posterior_predictive(
        few,
        model=model,
        var_names=[variable.name for variable in model.observed_RVs],
        random_seed=study.seed_for("posterior_predictive"),
        freeze_vars=[variable.name for variable in model.free_RVs],  # drawn already: only the counts are new
        progressbar=False,
        compile_kwargs=QUICK,
    )
    return {
        "posterior_predictive": predictive["posterior_predictive"].to_dataset(),
        "replicated": _replicated(study, model, few),
        **left_out_group(study, model, posterior),
        "log_likelihood": _densities(model, model.observed_RVs, weighed),
        "log_prior": _densities(model, _effect_priors(model), weighed),
        "observed_data": predictive["observed_data"].to_dataset(),
        "constant_data": predictive["constant_data"].to_dataset(),
    }


def _replicated(study: Study, model: pm.Model, posterior: xr.Dataset) -> xr.Dataset:
    """Counts of the same units seen anew: every series of the field drawn again around its mean.

    A field with noise of its own in each cell copies the data; replicates that keep it could never contradict them.
    """
    fields = [variable.name for variable in model.free_RVs if variable.name in FIELDS]
    kept = [variable.name for variable in model.free_RVs if variable.name not in fields]
    observed = [variable.name for variable in model.observed_RVs]
    drawn = pm.sample_posterior_predictive(
        posterior.drop_vars([*fields, *(name for name in posterior.data_vars if name not in [*kept, *fields])]),
        model=model,
        var_names=observed,
        sample_vars=[*fields, *observed],
        freeze_vars=kept,
        random_seed=study.seed_for("replicated"),
        progressbar=False,
        compile_kwargs=QUICK,
    )
    return drawn["posterior_predictive"].to_dataset()


def _effect_priors(model: pm.Model) -> list[Any]:
    """The priors that power-scaling asks about: those of the effect."""
    return [variable for variable in model.free_RVs if variable.name == "effect_pool"]


def _densities(model: pm.Model, variables: list[Any], posterior: xr.Dataset) -> xr.Dataset:
    """Log density of each variable at each draw, element by element, as float32."""
    plain = remove_value_transforms(model)  # the draws are on the scale of the parameters, not of the sampler
    named = [plain[variable.name] for variable in variables]
    values = evaluate(plain, plain.logp(vars=named, sum=False, jacobian=False), posterior)
    coords = {"chain": posterior["chain"].values, "draw": posterior["draw"].values}
    return xr.Dataset(
        {
            variable.name: (
                ("chain", "draw", *(model.named_vars_to_dims.get(variable.name) or ())),
                value.astype(np.float32),
            )
            for variable, value in zip(variables, values, strict=True)
        },
        coords=coords,
    )
