"""Other readings of a study: other priors, other ways to read the data. Each is a refit of one compiled model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from evaluation.terms.errors import Problem, StudyError
from evaluation.terms.panel import CELL, EARLIER, Status
from evaluation.terms.study import Study

Reading = Callable[[Study, xr.Dataset], tuple[Study, xr.Dataset]]


@dataclass(frozen=True)
class Variant:
    """One reading: what it changes in the plan or the panel, in a sentence."""

    says: str
    apply: Reading


def variant_names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Names a study with these model settings may ask for."""
    priors = settings.get("effect", {}).get("priors", {})
    return (*_READINGS, *(f"prior:{name}" for name in priors))


def variant(name: str) -> Variant:
    """The reading of that name.

    >>> variant("prior:sceptical").says
    'the sceptical prior on the effect'
    """
    if name.startswith("prior:"):
        chosen = name.removeprefix("prior:")
        return Variant(f"the {chosen} prior on the effect", lambda study, panel: (with_prior(study, chosen), panel))
    return _READINGS[name]


def with_prior(study: Study, prior: str) -> Study:
    """The same study under another of its named priors."""
    effect = {**study.model.settings["effect"], "prior": prior}
    return replace(study, model=replace(study.model, settings={**study.model.settings, "effect": effect}))


def unreported(panel: xr.Dataset, cells: xr.DataArray) -> xr.Dataset:
    """The panel as if these of its cells had not been reported; `cells` may lack dimensions of a cell."""
    cells = cells.broadcast_like(panel["status"]).transpose(*CELL)
    return panel.assign(
        lower=panel["lower"].where(~cells),
        upper=panel["upper"].where(~cells),
        status=xr.where(cells, np.int8(Status.NOT_REPORTED), panel["status"]).transpose(*CELL),
    )


def _suppressed_dropped(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    return study, unreported(panel, panel["status"] == Status.SUPPRESSED)


def _suppressed_zero(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    hidden = panel["status"] == Status.SUPPRESSED
    lower = panel["lower"]
    return study, panel.assign(upper=panel["upper"].where(~hidden, lower))


def _breaks_off(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    return study, panel.assign_attrs(breaks_off="true")


def _date_enforced(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    enforced = panel["exposure_enforced"]
    position = xr.DataArray(np.arange(panel.sizes["time"], dtype=float), dims="time")
    first = xr.where((enforced > 0).any("time"), (enforced > 0).argmax("time"), np.nan)
    event = (position - first).transpose(*enforced.dims)
    return study, panel.assign(exposure=enforced, event_time=event)


def _last_before_dropped(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    asked = panel["event_time"].isel(intervention=np.flatnonzero(panel["asked"].values))
    return study, unreported(panel, (asked == -1).any("intervention"))


def _vintage_earlier(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    """Wherever an earlier edition says something of a cell, even a figure questioned or withdrawn since, it is heard.

    A cell of which it says nothing was first reported later and stays: revisions are tried, not fewer figures.
    """
    if not set(EARLIER) <= set(panel):
        advice = "name one in panel.earlier, or take the variant out"
        raise StudyError(Problem("the panel holds no earlier edition", "variant 'vintage:earlier'", advice))
    said = panel["earlier_status"] != Status.NOT_REPORTED
    then = {name: panel[f"earlier_{name}"] for name in ("lower", "upper", "status")}
    return study, panel.assign({name: xr.where(said, one, panel[name]).transpose(*CELL) for name, one in then.items()})


def _leads(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    settings = {**study.model.settings, "anticipation": study.model.settings.get("leads", 3)}
    return replace(study, model=replace(study.model, settings=settings)), panel


_READINGS: Mapping[str, Variant] = {
    "suppressed:dropped": Variant("suppressed cells treated as not reported", _suppressed_dropped),
    "suppressed:zero": Variant("suppressed cells read as their lower bound", _suppressed_zero),
    "breaks:off": Variant("no definition break is modelled", _breaks_off),
    "date:enforced": Variant("laws counted from the date of enforcement, where it is later", _date_enforced),
    "last_before:dropped": Variant("the last period before each law treated as not reported", _last_before_dropped),
    "vintage:earlier": Variant("figures revised since an earlier edition read as it has them", _vintage_earlier),
    "leads": Variant("the periods before the law have terms of their own", _leads),
}
