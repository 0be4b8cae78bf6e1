"""Evidence of the repository's own finished studies, where a run has left them; a fresh clone has none."""

from pathlib import Path

from evaluation.panel.registers import read_registers
from evaluation.pipeline.described import described
from evaluation.pipeline.formats import claims_of, decision_of, decode
from evaluation.pipeline.lock import registration
from evaluation.pipeline.record import read_stage_record
from evaluation.pipeline.stages import RECORDED, all_findings
from evaluation.pipeline.store import Place
from evaluation.pipeline.verbs import REGISTERS
from evaluation.reporting.evidence import Evidence
from evaluation.terms import Study, read_record

ROOT = Path(__file__).parents[3]
STUDIES = ("buyer_laws", "buyer_laws_detection", "castle_doctrine", "simulated_ads", "simulated_displacement")
NEEDED = (
    "study.yaml", "gathered.json", "panel.nc", "rehearsal.json", "simulations.nc", "variants.nc", "findings.json",
    "effect.nc", "claims.json", "decisions.json",
)  # fmt: skip


def is_finished(name: str) -> bool:
    """Whether a run of this study has left all that a report is written from."""
    return all(Place(ROOT, name).path(artefact).exists() for artefact in NEEDED)


def finished(name: str) -> Evidence:
    """The evidence that the report of a finished study is written from."""
    place = Place(ROOT, name)
    study = read_record(Study, decode(place.path("study.yaml")), place.key("study.yaml"))
    registers = read_registers(ROOT / "data")
    held = {one: getattr(registers, one) for one in REGISTERS} | {
        "assumes": tuple(decode(place.path("findings.json"))["assumes"]),
        "questioned": tuple(decode(place.path("gathered.json"))["questioned"]),
        "registered": registration(study, name, ROOT),
        "simulations": decode(place.path("simulations.nc")),
        "decision": decision_of(decode(place.path("decisions.json")), name),
        "model": described(study.model.name),
    }
    panel, effect, variants = (decode(place.path(one)) for one in ("panel.nc", "effect.nc", "variants.nc"))
    return Evidence(
        study=study,
        registers=held,
        panel=panel.load(),
        effect=effect,
        variants=variants,
        findings=all_findings(place),
        claims=claims_of(decode(place.path("claims.json")), name),
        records=tuple(record for stage in RECORDED if (record := read_stage_record(place, stage))),
    )
