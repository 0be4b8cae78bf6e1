"""Effects: the meter read with the switch on and off."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.inference.compiled import build
from evaluation.inference.displaced import displaced_parts
from evaluation.inference.graph import Evaluator, on_data
from evaluation.models.parts.loads import LATENT
from evaluation.terms.panel import CELL, EXPOSURE, SET_ASIDE, Status
from evaluation.terms.study import Study

QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)

LATENT_EFFECT = "latent_effect"  # of each adoption on the market and on the effort, where a model tells them apart

Draws = xr.Dataset


def estimate(study: Study, panel: xr.Dataset, fit: xr.DataTree, variants: xr.Dataset | None = None) -> xr.DataTree:
    """Draws of the study's question, overall and by every label of its cells.

    Returns
    -------
    `xr.DataTree` as described in docs/architecture.md: `percent`, `difference` (counts) and `log_ratio` over
    (chain, draw, ...). Every number is computed draw by draw, so the interval of an average is that of the average.
    """
    posterior = fit["posterior"].to_dataset()
    meter = Meter(build(study, panel))
    on, off = meter.both_ways(panel, posterior)
    nodes = dict(_nodes(study, panel, posterior, on, off)) | ({} if variants is None else leads_node(variants))
    nodes |= _displaced(study, panel, posterior, meter)
    nodes = {name: _described(node, panel) for name, node in nodes.items()}
    tree = xr.DataTree.from_dict(nodes)
    tree.attrs["units"] = panel.attrs.get("units", "{}")
    return tree


def _described(node: Draws, panel: xr.Dataset) -> Draws:
    """With the words of the panel beside its labels: what an indicator counts, what a unit is called."""
    words = {
        name: panel[name].sel({dim: node[dim].values})
        for name, dim in (("indicator_says", "indicator"), ("role", "indicator"), ("unit_name", "unit"))
        if dim in node.dims and name in panel.coords
    }
    return node.assign_coords({name: (values.dims, values.values) for name, values in words.items()})


def both_ways(study: Study, panel: xr.Dataset, posterior: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Expected counts with the interventions as they were, and with those asked about never in force.

    Returns
    -------
    Two arrays (chain, draw, indicator, unit, time) over the units ever exposed to an intervention asked about.
    """
    return Meter(build(study, panel)).both_ways(panel, posterior)


class Meter:
    """The expected counts of a model, with the switch either way: put together once, read on any data and draws."""

    def __init__(self, model: pm.Model) -> None:
        units = pt.lvector("units")
        self.model = model
        self._read = Evaluator(model, [model["mu"][:, units, :]], [units])

    def both_ways(
        self, panel: xr.Dataset, posterior: xr.Dataset, data: Mapping[str, np.ndarray] | None = None
    ) -> tuple[xr.DataArray, xr.DataArray]:
        """As the function of that name; `data` is that of the model on this panel, where it is not the model's own."""
        exposure = panel["exposure"].transpose(*EXPOSURE).values.astype(float)
        asked = panel["asked"].values.astype(bool)
        units = np.flatnonzero((exposure[asked] > 0).any(axis=(0, 2)))
        turned_off = np.where(asked[:, None, None], 0.0, exposure)
        with on_data(self.model, data):
            on, off = self.worlds(panel, posterior, units, [{"exposure": exposure}, {"exposure": turned_off}])
        return on, off

    def worlds(
        self, panel: xr.Dataset, posterior: xr.Dataset, units: np.ndarray, switches: Sequence[Mapping[str, np.ndarray]]
    ) -> list[xr.DataArray]:
        """Expected counts (chain, draw, indicator, unit, time) of these units, with the switches in each position."""
        coords = {name: panel[name].values for name in ("indicator", "time")} | {"unit": panel["unit"].values[units]}
        before: dict[str, Any] = {name: self.model[name].get_value() for switched in switches for name in switched}
        counts = []
        for switched in switches:
            pm.set_data({**before, **switched}, model=self.model)
            (values,) = self._read(posterior, units)
            counts.append(xr.DataArray(values, dims=("chain", "draw", *CELL), coords=coords))
        pm.set_data(before, model=self.model)
        return counts


def treated_cells(study: Study, panel: xr.Dataset, units: xr.DataArray) -> xr.DataArray:
    """Which cells of the exposed units the question is about, (indicator, unit, time)."""
    asked = panel["exposure"].isel(intervention=np.flatnonzero(panel["asked"].values))
    exposed = (asked > 0).any("intervention").sel(unit=units)
    return _looked_at(study, panel, exposed.expand_dims(indicator=panel["indicator"]).transpose(*CELL))


def _looked_at(study: Study, panel: xr.Dataset, cells: xr.DataArray) -> xr.DataArray:
    """Those of the cells (indicator, unit, time) that the question counts."""
    units = cells["unit"]
    if study.question.over == "reported":
        cells = cells & panel["status"].isin([Status.EXACT, Status.SUPPRESSED]).sel(unit=units)
    return cells & ~panel[SET_ASIDE].sel(unit=units) if SET_ASIDE in panel else cells


def event_time_of(panel: xr.Dataset, units: xr.DataArray) -> xr.DataArray:
    """Periods since the first exposure to an intervention asked about, (unit, time)."""
    asked = panel["event_time"].isel(intervention=np.flatnonzero(panel["asked"].values))
    return asked.max("intervention").sel(unit=units)


def contrast(on: xr.DataArray, off: xr.DataArray, cells: xr.DataArray, dims: tuple[str, ...]) -> Draws:
    """`percent`, `difference` and `log_ratio` over the chosen cells, summed over `dims`."""
    total_on, total_off = on.where(cells, 0.0).sum(dims), off.where(cells, 0.0).sum(dims)
    log_ratio: xr.DataArray = np.log(on / off)  # type: ignore[assignment]
    ratio = log_ratio.where(cells).mean(dims)
    return xr.Dataset(
        {"percent": 100 * (total_on / total_off - 1), "difference": total_on - total_off, "log_ratio": ratio},
        attrs={"percent": "percent", "difference": "count", "log_ratio": "log rate ratio"},
    )


def grouped(
    on: xr.DataArray, off: xr.DataArray, cells: xr.DataArray, label: xr.DataArray, name: str, dims: tuple[str, ...]
) -> Draws:
    """`contrast` for every value of `label`, a (unit, time) array: cohort, event time."""
    values = np.unique(label.values[np.isfinite(label.values) & cells.any("indicator").transpose(*label.dims).values])
    parts = [contrast(on, off, cells & (label == value), dims) for value in values]
    return xr.concat(parts, dim=xr.DataArray(values.astype(int), dims=name, name=name))


def _nodes(
    study: Study, panel: xr.Dataset, posterior: xr.Dataset, on: xr.DataArray, off: xr.DataArray
) -> Iterator[tuple[str, Draws]]:
    cells = treated_cells(study, panel, on["unit"])
    event = event_time_of(panel, on["unit"])
    outcome = panel["outcome"].astype(bool)
    asked = cells & outcome  # negative controls are reported beside, never inside, the answer
    everything = ("indicator", "unit", "time")
    yield "overall", contrast(on, off, asked, everything)
    yield "indicator", contrast(on, off, cells, ("unit", "time")).assign_coords(outcome=outcome)
    yield "unit", contrast(on, off, asked, ("indicator", "time"))
    yield "indicator_unit", contrast(on, off, cells, ("time",)).assign_coords(outcome=outcome)
    yield "event_time", grouped(on, off, asked, event, "event_time", everything)
    yield (
        "indicator_event_time",
        grouped(on, off, cells, event, "event_time", ("unit", "time")).assign_coords(outcome=outcome),
    )
    first = xr.DataArray(np.argmax((event >= 0).values, axis=1), dims="unit", coords={"unit": on["unit"]})
    cohort = grouped(
        on, off, asked, first.broadcast_like(event).transpose(*event.dims).astype(float), "cohort", everything
    )
    yield "cohort", cohort.assign_coords(cohort=panel["time"].values[cohort["cohort"].values])
    by_time = contrast(on, off, asked, ("indicator", "unit"))
    yield "time", by_time.isel(time=np.flatnonzero(asked.any(("indicator", "unit")).values))
    yield from _next_unit(study, panel, posterior)
    yield from _latent(panel, posterior)
    yield "counterfactual", counterfactual(on, off)
    if "weight" in posterior and "donor" in posterior["weight"].dims:
        yield "donors", donors(posterior["weight"])


def _displaced(study: Study, panel: xr.Dataset, posterior: xr.Dataset, meter: Meter) -> dict[str, Draws]:
    """What a law did itself, what spilled over, and the net of both; nothing where the model knows of no spill-over."""
    found: dict[str, Draws] = {}
    for part in displaced_parts(study, panel, posterior, meter):
        cells = _looked_at(study, panel, part.cells)
        found[part.name] = contrast(part.on, part.off, cells, CELL)
        for dim in ("indicator", "unit"):
            others = tuple(name for name in CELL if name != dim)
            here = np.flatnonzero(cells.any(others).values)
            one = {dim: here}
            found[f"{part.name}_{dim}"] = contrast(part.on.isel(one), part.off.isel(one), cells.isel(one), others)
    return found


def _next_unit(study: Study, panel: xr.Dataset, posterior: xr.Dataset) -> Iterator[tuple[str, Draws]]:
    """The effect at full strength where a new unit adopts: a new draw from the population of units' effects."""
    if not {"effect", "effect_unit_sd"} <= set(posterior.data_vars):
        return
    typical = posterior["effect"].isel(intervention=np.flatnonzero(panel["asked"].values)).mean("intervention")
    spread = posterior["effect_unit_sd"]
    noise = np.random.default_rng(study.seed_for("next_unit")).standard_normal(spread.shape)
    log_ratio = typical.transpose(*spread.dims) + spread * noise
    yield "next_unit", xr.Dataset({"percent": 100 * np.expm1(log_ratio), "log_ratio": log_ratio})


def _latent(panel: xr.Dataset, posterior: xr.Dataset) -> Iterator[tuple[str, Draws]]:
    """What the law did, at full strength, to the market and to the effort to detect, on average over its adopters."""
    if LATENT_EFFECT not in posterior or "pool" not in posterior.coords:
        return
    log_ratio = latent_average(panel, posterior)
    yield "latent", xr.Dataset({"percent": 100 * np.expm1(log_ratio), "log_ratio": log_ratio})


def latent_average(panel: xr.Dataset, posterior: xr.Dataset) -> xr.DataArray:
    """Draws (chain, draw, latent) of both effects, log rate ratio, averaged over adoptions asked about."""
    asked = set(panel["intervention"].values[panel["asked"].values.astype(bool)].astype(str))
    labels = posterior["adoption"].values.astype(str)
    chosen = [place for place, label in enumerate(labels) if label.rpartition(":")[0] in asked]
    found = posterior[LATENT_EFFECT].sel(pool=list(LATENT)).isel(adoption=chosen).mean("adoption")
    return found.rename(pool="latent").transpose("chain", "draw", "latent")


def counterfactual(on: xr.DataArray, off: xr.DataArray) -> xr.Dataset:
    """Quantiles of the expected counts, as it was and without the intervention: (quantile, indicator, unit, time)."""
    return xr.Dataset({"on": _quantiles(on), "off": _quantiles(off)})


def donors(weight: xr.DataArray) -> xr.Dataset:
    """What donors weigh in the mixtures that stand for treated units: `mean`, `quantiles`, (.., treated, donor)."""
    over = ("chain", "draw")
    return xr.Dataset({"mean": weight.mean(over), "weight": weight.quantile(list(QUANTILES), dim=over)})


def _quantiles(values: xr.DataArray) -> xr.DataArray:
    return values.quantile(list(QUANTILES), dim=("chain", "draw"))


def leads_node(variants: xr.Dataset) -> dict[str, Draws]:
    """The lead terms of the leads variant as an effect node: `percent` (chain, draw, indicator, event_time < 0)."""
    if "leads" not in variants["variant"].values or "lead_percent" not in variants:
        return {}
    percent = variants["lead_percent"].sel(variant="leads", drop=True).rename(lead="event_time", sample="draw")
    percent = (
        percent.assign_coords(event_time=percent["event_time"].astype(int)).sortby("event_time").expand_dims("chain")
    )
    return {"leads": xr.Dataset({"percent": percent})}
