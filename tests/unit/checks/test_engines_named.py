"""A finding says which of its numbers another engine than NUTS made, wherever it goes; of NUTS it is silent."""

import json
from dataclasses import replace

import pytest

from evaluation.checks.book import Evidence
from evaluation.conclusions.strength import weigh
from evaluation.pipeline.formats import findings_content, findings_of
from evaluation.reporting.sections.checks import _row
from evaluation.terms import Verdict
from tests.unit.checks.conftest import VARIANTS, look, moved
from tests.unit.checks.test_measurement import with_certainty
from tests.unit.reporting.conftest import make_evidence

NUTS, INTEGRATED = "nutpie NUTS", "field integrated out"
BY_REFITS = [
    ("prior_sensitivity", "prior:claimed, prior:wide"),
    ("suppressed_cells", "suppressed:zero"),
    ("definition_breaks", "breaks:off"),
    ("enforcement_date", "date:enforced"),
    ("leads", "leads"),
    ("negative_control", "main"),
]


def made_by(evidence: Evidence, engines: dict[str, object], *, others: object = NUTS) -> Evidence:
    row = [engines.get(name, others) for name in VARIANTS]
    return replace(evidence, variants=evidence.variants.assign(engine=("variant", row)))


@pytest.mark.parametrize(("check", "integrated"), BY_REFITS)
def test_a_number_that_nuts_did_not_make_says_so_beside_it(check: str, integrated: str, evidence: Evidence) -> None:
    by_nuts = look(check, evidence)
    found = look(check, made_by(evidence, dict.fromkeys(integrated.split(", "), INTEGRATED)))
    told = f"{by_nuts.statistic_says}; not sampled with NUTS: {integrated} (field integrated out)"
    assert found.statistic_says == told
    assert replace(found, statistic_says=by_nuts.statistic_says) == by_nuts


@pytest.mark.parametrize(("check", "integrated"), BY_REFITS)
def test_nuts_alone_is_not_mentioned_nor_engines_of_refits_that_the_check_does_not_use(
    check: str, integrated: str, evidence: Evidence
) -> None:
    used = {name for name in VARIANTS if name.split(":")[0] == integrated.split(":")[0]} | {"main"}
    strangers = dict.fromkeys(set(VARIANTS) - used, INTEGRATED)
    for beside in (made_by(evidence, {}), made_by(evidence, {}, others=float("nan")), made_by(evidence, strangers)):
        assert look(check, beside) == look(check, evidence)


def test_every_way_a_check_can_end_says_it(evidence: Evidence) -> None:
    unsure = made_by(with_certainty(evidence, "low", enforced_later=True), {"date:enforced": INTEGRATED})
    assert "not sampled with NUTS: date:enforced" in look("enforcement_date", unsure).statistic_says
    leads = made_by(evidence, {"leads": INTEGRATED})
    by_prior = replace(leads, variants=leads.variants.assign_attrs(lead_prior_sd=0.05))
    found = look("leads", by_prior)
    assert "proves nothing" in found.says
    assert "not sampled with NUTS: leads" in found.statistic_says


def test_the_record_and_the_report_say_it_and_the_reasons_of_a_claim_stay_plain(evidence: Evidence) -> None:
    shifted = replace(evidence, variants=moved(evidence.variants, "breaks:off", 0.03))
    found = look("definition_breaks", made_by(shifted, {"breaks:off": INTEGRATED}))
    assert found.verdict is Verdict.CONCERN
    told = "not sampled with NUTS: breaks:off (field integrated out)"
    (recorded,) = findings_of(json.loads(json.dumps(findings_content([found]))), "findings.json")
    assert recorded.statistic_says.endswith(told)
    assert any(told in cell.words for cell in _row(make_evidence(), recorded).cells)
    assert not any("NUTS" in reason for reason in weigh([recorded]).reasons)
