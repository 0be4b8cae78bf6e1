"""Several models of the book on one panel: which have an answer, how well each predicts, what they say together."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from evaluation.checks.book import NoEvidenceError
from evaluation.checks.model_choice import LIMITS, Compared, compared_by, stacked
from evaluation.checks.refits import believe
from evaluation.models.book import entry
from evaluation.terms.doubts import FUTURE, MODEL
from evaluation.terms.standing import Score, Standing
from evaluation.terms.study import Study


def standings(study: Study, panel: xr.Dataset, variants: xr.Dataset, models: Mapping[str, str]) -> tuple[Standing, ...]:
    """How each model stands, the first being the one that the others are held against.

    Parameters
    ----------
    variants
        Rows of `inference.other_models.side_by_side`, `model:NAME` and `future:NAME`.
    models
        By the name used in `variants`: the model's name in the book.

    Returns
    -------
    One standing for each of `models`, in their order. A model that failed or whose chains do not agree has no answer;
    one that predicts no cells has an answer and no weight. What the rest are worth is told among themselves.
    """
    limits = {**LIMITS, **study.checks.limits}
    trouble = {name: _trouble(variants, name, limits) for name in models}
    able = [name for name in models if not trouble[name] and _predicts(variants, name)]
    loo = compared_by(variants, panel, MODEL, able, limits) if len(able) > 1 else None
    hidden = [name for name in able if not _trouble(variants, name, limits, FUTURE)]
    alike = len(hidden) > 1 and hidden[0] == able[0]  # else differences would be from two different models
    future = compared_by(variants, panel, FUTURE, hidden, limits) if alike else None
    pages = {name: entry(book) for name, book in models.items()}
    shared = set.intersection(*(set(page.assumes) for page in pages.values()))
    return tuple(
        Standing(
            name=name,
            says=page.says,
            assumes=tuple(one for one in page.assumes if one not in shared),
            trouble=trouble[name],
            unweighed="" if trouble[name] else _unweighed(name, able, loo or future),
            loo=_score(loo, name),
            future=_score(future, name),
        )
        for name, page in pages.items()
    )


def together(variants: xr.Dataset, found: tuple[Standing, ...]) -> xr.DataArray | None:
    """Percent of each quantity under all models that have a weight, mixed by it, (quantity, sample); None without.

    A quantity has an answer of them all only where each of them has one.
    """
    weight = {one.name: one.weight for one in found if one.weight is not None}
    if not weight:
        return None
    quantities = variants["quantity"].values.astype(str)
    answers = [_finite(variants, weight, quantity) for quantity in quantities]
    mixed = {
        quantity: stacked(draws, weight)
        for quantity, draws in zip(quantities, answers, strict=True)
        if all(len(each) for each in draws.values())
    }
    rows = np.stack(list(mixed.values()))
    return xr.DataArray(rows, dims=("quantity", "sample"), coords={"quantity": list(mixed)})


def _finite(variants: xr.Dataset, names: Mapping[str, float], quantity: str) -> dict[str, np.ndarray]:
    found = {name: variants["percent"].sel(variant=f"{MODEL}:{name}", quantity=quantity).values for name in names}
    return {name: draws[np.isfinite(draws)] for name, draws in found.items()}


def _trouble(variants: xr.Dataset, name: str, limits: Mapping[str, float], family: str = MODEL) -> str:
    """Why a fit gives no answer; empty where it does."""
    called = f"{family}:{name}"
    if called not in variants["variant"].values:
        return "it was not fitted"
    row = variants.sel(variant=called)
    if str(row["trouble"].item()):
        return str(row["trouble"].item())
    try:
        believe(row, called, limits)
    except NoEvidenceError:
        rhat, ess = float(row["rhat_max"]), float(row["ess_min"])
        return f"its chains did not settle (R-hat {rhat:.2f}, effective sample size {ess:.0f})"
    if not np.isfinite(row["percent"].sel(quantity="overall")).any():
        return "it has no answer to the question as a whole"
    return ""


def _predicts(variants: xr.Dataset, name: str) -> bool:
    row = variants.sel(variant=f"{MODEL}:{name}")
    return "log_density" in row and bool(np.isfinite(row["log_density"]).any())


def _unweighed(name: str, able: list[str], compared: Compared | None) -> str:
    if name not in able:
        return "it does not say how likely the figures it has not seen are, so that it cannot be weighed"
    if len(able) < 2:
        return "there is no other model to weigh it against"
    if compared is None:
        return "too few figures can be left out, and none could be hidden: see checks.future"
    return "" if name in compared.weight else "without the last periods its chains did not agree"


def _score(compared: Compared | None, name: str) -> Score | None:
    if compared is None or name not in compared.weight:
        return None
    return Score(compared.ahead[name], compared.error[name], compared.weight[name])
