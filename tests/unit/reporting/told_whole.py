"""All that the evidence lets a technical page print, put together; and the page written to be read."""

from pathlib import Path

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.report import write_report
from tests.unit.reporting.told import Told
from tests.unit.reporting.told_changes import Changes, tell_effects, tell_units
from tests.unit.reporting.told_claims import tell_assertions, tell_headline
from tests.unit.reporting.told_elsewhere import tell_detection, tell_displacement, tell_donors
from tests.unit.reporting.told_money import tell_decision
from tests.unit.reporting.told_plan import tell_data, tell_model, tell_provenance
from tests.unit.reporting.told_refits import tell_doubts, tell_readings
from tests.unit.reporting.told_time import tell_counterfactual, tell_event_study, tell_map
from tests.unit.reporting.told_trust import tell_checks, tell_computation, tell_rehearsal

PARTS = (
    tell_headline, tell_assertions, tell_data, tell_map, tell_model, tell_rehearsal, tell_computation, tell_checks,
    tell_effects, tell_event_study, tell_units, tell_displacement, tell_detection, tell_counterfactual, tell_donors,
    tell_decision, tell_readings, tell_doubts, tell_provenance,
)  # fmt: skip


def told_by(evidence: Evidence) -> Told:
    """What the evidence accounts for."""
    told, changes = Told(periods=evidence.times), Changes(evidence)
    _name_everything(told, evidence)
    for tell in PARTS:
        tell(told, changes)
    return told


def _name_everything(told: Told, evidence: Evidence) -> None:
    """Names with digits in them may stand wherever their thing is spoken of."""
    told.say("", evidence.study.title, *(evidence.unit_name(str(unit)) for unit in evidence.panel["unit"].values))
    told.say("", *(evidence.short(name) for name in evidence.indicators))
    told.say("", *(evidence.indicator_says(name) for name in evidence.indicators))
    for name in evidence.indicators:
        if entry := evidence.indicator(name):
            told.say("measured", entry.says, entry.caution, entry.unit)


def write_page(evidence: Evidence, out: Path) -> Path:
    """Write the technical page; its folder is returned."""
    path = write_report(
        evidence.study, evidence.registers, evidence.panel, evidence.effect, evidence.variants, evidence.findings,
        evidence.claims, evidence.records, out,
    )  # fmt: skip
    return path.parent
