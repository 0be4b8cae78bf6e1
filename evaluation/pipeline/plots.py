"""Small tables that `dvc plots` can draw and compare between experiments."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr


def event_time_rows(effect: "xr.DataTree") -> list[dict[str, Any]]:
    """Effect by periods since the start, in percent: one row each, with the median and the 95 % interval.

    >>> import numpy as np, xarray as xr
    >>> percent = xr.DataArray(np.full((2, 3, 1), -12.0), {"event_time": [0]}, ("chain", "draw", "event_time"))
    >>> event_time_rows(xr.DataTree.from_dict({"event_time": xr.Dataset({"percent": percent})}))
    [{'event_time': 0, 'lower_95': -12.0, 'median': -12.0, 'upper_95': -12.0}]
    """
    percent = effect["event_time"].to_dataset()["percent"]
    bounds = percent.quantile([0.025, 0.5, 0.975], dim=("chain", "draw")).transpose("event_time", "quantile")
    return [
        {
            "event_time": int(period),
            "lower_95": round(float(lower), 4),
            "median": round(float(median), 4),
            "upper_95": round(float(upper), 4),
        }
        for period, (lower, median, upper) in zip(percent["event_time"].values, bounds.values, strict=True)
    ]
