"""The reading of an earlier edition: what was revised is as it was published, all else as it is."""

import numpy as np
import pytest
import xarray as xr

from evaluation.inference.variants import variant
from evaluation.models.parts.observation import widest_interval
from evaluation.terms import StudyError
from evaluation.terms.panel import CELL, EARLIER
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

NAN = np.nan
# now (lower, upper, status), in the earlier edition, as it is read: one row for each thing that can have happened
CASES = {
    "the same": ((12, 12, 1), (12, 12, 1), (12, 12, 1)),
    "revised": ((31, 31, 1), (103, 103, 1), (103, 103, 1)),
    "hidden then": ((7, 7, 1), (0, 4, 2), (0, 4, 2)),
    "hidden since": ((0, 4, 2), (42, 42, 1), (42, 42, 1)),
    "first reported later": ((20, 20, 1), (NAN, NAN, 0), (20, 20, 1)),
    "withdrawn since": ((NAN, NAN, 0), (9, 9, 1), (9, 9, 1)),
    "questioned since": ((NAN, NAN, 3), (0, 4, 2), (0, 4, 2)),
    "questioned then": ((15, 15, 1), (NAN, NAN, 3), (NAN, NAN, 3)),
    "never reported": ((NAN, NAN, 0), (NAN, NAN, 0), (NAN, NAN, 0)),
}
NAMES = ("lower", "upper", "status")


def panel_of(now: tuple[float, ...], then: tuple[float, ...]) -> xr.Dataset:
    """The small panel with this one cell in two editions; the others alike in both."""
    panel = small_panel()
    panel = panel.assign({f"earlier_{name}": panel[name].copy() for name in NAMES})
    for name, one, other in zip(NAMES, now, then, strict=True):
        panel[name][0, 5, 3] = one
        panel[f"earlier_{name}"][0, 5, 3] = other
    return panel


@pytest.mark.parametrize(("now", "then", "read"), CASES.values(), ids=CASES)
def test_a_cell_is_read_as_published_then_where_it_was(
    now: tuple[float, ...], then: tuple[float, ...], read: tuple[float, ...]
) -> None:
    panel = panel_of(now, then)
    study, found = variant("vintage:earlier").apply(STUDY, panel)
    assert study == STUDY
    np.testing.assert_array_equal([float(found[name][0, 5, 3]) for name in NAMES], read)
    for name in NAMES:
        assert found[name].dims == CELL
        assert found[name].dtype == panel[name].dtype
        found[name][0, 5, 3] = panel[name][0, 5, 3]
    xr.testing.assert_identical(found, panel)


def test_without_an_earlier_edition_it_says_what_to_do() -> None:
    with pytest.raises(StudyError, match="the panel holds no earlier edition"):
        variant("vintage:earlier").apply(STUDY, small_panel())


def test_a_model_is_made_for_the_widest_interval_of_both_editions() -> None:
    panel = panel_of((7, 7, 1), (0, 9, 2))
    assert widest_interval(panel.drop_vars(EARLIER)) == 4
    assert widest_interval(panel) == 9
    assert widest_interval(variant("vintage:earlier").apply(STUDY, panel)[1].drop_vars(EARLIER)) == 9
    exact = panel.assign(upper=panel["lower"], earlier_upper=panel["earlier_lower"])
    assert widest_interval(exact) == 0
    assert widest_interval(exact.assign(lower=exact["lower"] * NAN)) == 0
