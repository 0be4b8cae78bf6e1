"""The donors of each treated unit, as the report lists them."""

from dataclasses import replace

import numpy as np
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Table
from evaluation.reporting.sections.donors import mixtures

QUANTILES = [0.025, 0.25, 0.5, 0.75, 0.975]


def with_donors(evidence: Evidence, weights: list[float]) -> Evidence:
    units = [str(unit) for unit in evidence.panel["unit"].values]
    mean = np.array([weights])
    spread = mean[None] * np.array([0.5, 0.8, 1.0, 1.2, 1.4])[:, None, None]
    node = xr.Dataset(
        {"mean": (("treated", "donor"), mean), "weight": (("quantile", "treated", "donor"), spread)},
        coords={"treated": units[:1], "donor": units[-len(weights) :], "quantile": QUANTILES},
    )
    groups = {name: one.to_dataset() for name, one in evidence.effect.children.items()}
    return replace(evidence, effect=xr.DataTree.from_dict(groups | {"donors": node}))


def test_donors_stand_under_their_unit_the_heaviest_first(evidence: Evidence) -> None:
    found = mixtures(with_donors(evidence, [0.3, 0.004, 0.69, 0.006]))
    (table,) = (block for block in found if isinstance(block, Table))
    (group,) = table.groups
    units = [str(unit) for unit in evidence.panel["unit"].values]
    assert group.label == evidence.unit_name(units[0])
    told = [[cell.words for cell in row.cells] for row in group.rows]
    assert told[0] == [evidence.unit_name(units[-2]), "69\u202f%", "34\u202f% to 97\u202f%"]
    assert told[1][0] == evidence.unit_name(units[-4])
    assert told[2] == ["2 other donors together", "1\u202f%", "\u2013"]


def test_a_model_without_donors_says_nothing_of_them(evidence: Evidence) -> None:
    assert mixtures(evidence) == []
