"""Other models beside the study's own, on the page on trust."""

from dataclasses import replace
from types import SimpleNamespace

import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.sections.models import compared
from evaluation.terms import Finding, Verdict
from tests.unit.reporting.test_report import failed

SEEN = Finding(
    check="model_choice", family="fit", assumption="model_fits", verdict=Verdict.PASS, says="Alike.", statistic=0.1,
    details={
        "loo_main": 0.0, "loo_error_main": 0.0, "loo_weight_main": 0.7,
        "loo_noise": -3.2, "loo_error_noise": 2.1, "loo_weight_noise": 0.3,
        "future_noise": 1.5, "future_error_noise": 1.0, "future_weight_noise": 0.5,
        "stacked_lower": -30.0, "stacked_percent": -10.0, "stacked_upper": 20.0,
    },
)  # fmt: skip


def with_models(evidence: Evidence, says: str = "noise in the <count>") -> Evidence:
    assert evidence.variants is not None
    own = evidence.variants.isel(variant=[0])
    rows = [
        own.assign_coords(variant=[f"model:{name}"]).assign(says=("variant", [told]))
        for name, told in (("main", "as planned"), ("noise", says))
    ]
    variants = xr.concat([evidence.variants, *rows], dim="variant", join="outer")
    return replace(evidence, variants=variants, findings=(*evidence.findings, SEEN))


def test_each_model_has_a_row_with_answer_differences_and_weight(make: SimpleNamespace) -> None:
    text, table = compared(with_models(make.evidence()))
    own, other = [[cell.words for cell in row.cells] for group in table.groups for row in group.rows]
    assert own[0] == "This study's own"
    assert own[3:] == ["–", "–", "70\u202f%"]
    assert other[0] == "Noise in the <count>"  # escaped where the page is put together
    assert other[3:] == ["−3.2 ± 2.1", "+1.5 ± 1.0", "30\u202f%"]
    assert own[1:3] == other[1:3]
    assert "the answer is −10\u202f% (−30 to +20\u202f%)" in text.words


def test_nothing_is_shown_where_no_model_was_compared_or_draws_are_withheld(make: SimpleNamespace) -> None:
    assert compared(make.evidence()) == []
    silent = with_models(make.evidence())
    assert compared(replace(silent, findings=())) == []
    held = failed(make)
    assert compared(replace(with_models(held), findings=(*held.findings, SEEN))) == []
