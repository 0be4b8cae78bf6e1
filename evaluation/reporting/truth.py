"""The known answer, where there is one: published beside a worked example, or built into a simulated panel."""

import numpy as np
import xarray as xr

from evaluation.reporting.evidence import Evidence


def truth_word(evidence: Evidence) -> str:
    """What the known answer is called: the truth of a simulation, or a published answer."""
    return "truth" if evidence.simulated else "published answer"


def known(evidence: Evidence, name: str = "overall") -> float | None:
    """Known change in percent of `overall` or of one indicator; None where it is not known."""
    if name in evidence.study.truth:
        return float(evidence.study.truth[name])
    if name != "overall" and evidence.outcomes == (name,) and "overall" in evidence.study.truth:
        return float(evidence.study.truth["overall"])  # the only outcome is the whole
    cells = evidence.true_cells
    return None if cells is None else _percent(cells.sel(indicator=_chosen(evidence, name)))


def known_unit(evidence: Evidence, unit: str, indicator: str | None = None) -> float | None:
    """Known change in percent of one unit, over the outcomes or in one indicator."""
    cells = evidence.true_cells
    if cells is None or unit not in cells.unit.values:
        return None
    return _percent(cells.sel(indicator=_chosen(evidence, indicator or "overall"), unit=unit))


def known_path(evidence: Evidence, indicator: str | None = None) -> dict[int, float]:
    """Known change in percent by periods since the law, over the outcomes or in one indicator."""
    if evidence.true_cells is None:
        return {}
    cells = evidence.true_cells.sel(indicator=_chosen(evidence, indicator or "overall")).transpose(
        "indicator", "unit", "time"
    )
    on, off, since = (cells[name].values for name in ("on", "off", "since"))
    path = {}
    for period in np.unique(since[np.isfinite(since)]).astype(int):
        expected = np.nansum(off[:, since == period])
        if expected > 0:
            path[int(period)] = float(100 * (np.nansum(on[:, since == period]) / expected - 1))
    return path


def _chosen(evidence: Evidence, name: str) -> list[str]:
    return list(evidence.outcomes) if name == "overall" else [name]


def _percent(cells: xr.Dataset) -> float | None:
    """100 (sum mu_on / sum mu_off - 1): the effect's own definition, with the true ratio of each cell."""
    expected = float(np.nansum(cells["off"].values))
    return 100 * (float(np.nansum(cells["on"].values)) / expected - 1) if expected > 0 else None
