"""Made-up evaluations whose reports hold every section, filled and withheld, public and not, with truth and without."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.terms import DisclosurePlan, Finding, Verdict
from tests.unit.reporting import conftest as makers
from tests.unit.reporting.test_decisions import made as decided
from tests.unit.reporting.test_detection import DETAILS as LATENT_DETAILS
from tests.unit.reporting.test_displacement import part
from tests.unit.reporting.test_donors import with_donors
from tests.unit.reporting.test_doubts import with_doubts
from tests.unit.reporting.test_models import with_models
from tests.unit.reporting.test_overturn import BREAKDOWN, BY_DATA, BY_PRIOR, HIDDEN, weighed
from tests.unit.reporting.test_rehearsal import SEEN
from tests.unit.reporting.test_report import failed

CASES = ("plain", "full", "withheld", "simulated", "secret", "rise", "bare", "fine")
make = SimpleNamespace(**{name.removeprefix("make_"): one for name, one in vars(makers).items() if "make_" in name})


@cache
def evidence_of(case: str) -> Evidence:
    """The evidence of one case."""
    return {
        "plain": makers.make_evidence, "full": full, "withheld": lambda: failed(make), "simulated": simulated,
        "secret": secret, "rise": rise, "bare": bare, "fine": fine,
    }[case]()  # fmt: skip


def full() -> Evidence:
    """Every section has something to print."""
    evidence = with_models(makers.make_evidence(variants=with_doubts()))
    evidence = with_donors(_moved(evidence), [0.3, 0.004, 0.69, 0.006])
    apart = Finding(
        check="market_told_from_effort", family="measurement", assumption="effort_told_apart", verdict=Verdict.PASS,
        says="These figures say so.", details=LATENT_DETAILS,
    )  # fmt: skip
    more = (SEEN, BREAKDOWN, HIDDEN, weighed(prior=BY_PRIOR, data=BY_DATA), apart)
    registers = {**evidence.registers, "simulations": _rehearsed(), "decision": decided(worth=2.8, worth_by="a funder")}
    return replace(evidence, findings=(*evidence.findings, *more), registers=registers)


def _moved(evidence: Evidence) -> Evidence:
    """With what the law did by itself, what spilled over to U02, and a market behind the counts."""
    indicators = ["prosecuted", "convicted"]
    nodes = {name: part(size, percent) for name, size, percent in _PARTS}
    nodes |= {f"{name}_indicator": part(size / 2, percent, indicator=indicators) for name, size, percent in _PARTS}
    nodes |= {"spill_over_unit": part(300, 12, unit=["U02"])}
    latent = np.array([-30.0, 20.0]) + 5 * np.linspace(-1, 1, 402).reshape(2, 201, 1)
    nodes |= {
        "latent": xr.Dataset(
            {"percent": (("chain", "draw", "latent"), latent)}, coords={"latent": ["market", "effort"]}
        )
    }
    tree = {name: node.to_dataset() for name, node in evidence.effect.children.items()}
    units = evidence.panel["unit"].values
    weights = np.zeros((len(units), len(units)))
    weights[2, [0, 5]] = 1.0  # half of what lies round U02 is under the law
    panel = evidence.panel.assign_coords(neighbour=units).assign(weights=(("unit", "neighbour"), weights))
    return replace(evidence, effect=xr.DataTree.from_dict(tree | nodes), panel=panel)


_PARTS = (("own", -500, -40), ("spill_over", 300, 12), ("net", -200, -6))


def _rehearsed() -> xr.Dataset:
    rng = np.random.default_rng(1)
    quantity = ["overall", *makers.OUTCOMES, makers.CONTROL]
    return xr.Dataset(
        {
            "pit": (("simulation", "quantity"), rng.random((60, len(quantity)))),
            "scenario": ("simulation", ["prior"] * 40 + ["none"] * 10 + ["matters"] * 10),
            "state": ("simulation", ["failed", *["sampled"] * 59]),
            "more_periods": ("design", [0, 5]),
            "times_adopters": ("design", [1, 1]),
            "expected_width": ("design", [61.0, 44.0]),
            "expected_assurance": ("design", [0.31, 0.52]),
        },
        coords={"quantity": quantity, "design": ["as planned", "5 years more"]},
        attrs={"inflation": 1.1},
    )


def simulated() -> Evidence:
    """A simulated panel that carries its truth: half of it comes with the law, and half later."""
    study = makers.make_study(simulated=True)
    panel = makers.make_panel(study)
    log_ratio = np.where(panel["event_time"].isel(intervention=0).values >= 2, -0.5, -0.25)
    panel["truth"] = (makers.CELL, np.broadcast_to(log_ratio, panel["lower"].shape).copy())
    return makers.make_evidence(study=study, panel=panel.assign_attrs(simulated="true"))


def secret() -> Evidence:
    """Counts that are not public, with one total and its parts."""
    study = makers.make_study(disclosure=DisclosurePlan(smallest_cell=5, published=False))
    evidence = makers.make_evidence(study=study)
    entries = evidence.registers["indicators"]
    total = replace(entries["victims_sexual"], parts=("prosecuted", "convicted"))
    return replace(evidence, registers={**evidence.registers, "indicators": entries | {"victims_sexual": total}})


def rise() -> Evidence:
    """A question about a rise, with one outcome and an interval of 90 %."""
    study = makers.make_study()
    question = replace(study.question, indicators=("prosecuted",), matters_from=12.5)
    report = replace(study.report, interval=0.9)
    evidence = makers.make_evidence(study=replace(study, question=question, report=report))
    kept = evidence.panel.sel(indicator=["prosecuted", "victims_labour"])
    return replace(evidence, panel=kept.assign_coords(outcome=("indicator", [True, False])))


def fine() -> Evidence:
    """Changes so well known that tenths of a percent are told, in every section that has them."""
    evidence = stretched(full(), 0.0, 0.02)
    assert evidence.variants is not None
    variants = evidence.variants.assign(percent=evidence.variants["percent"] * 0.02)
    narrow = [one if one.check not in _NARROWED else replace(one, details=_narrowed(one)) for one in evidence.findings]
    return replace(evidence, variants=variants, findings=tuple(narrow))


_NARROWED = ("breakdown", "power_scaling")


def _narrowed(one: Finding) -> dict[str, float]:
    return {
        name: value * (0.0003 if "_at_2" in name and one.check == "breakdown" else 0.03)
        for name, value in one.details.items()
    }


def bare() -> Evidence:
    """Nothing was checked, claimed or fitted again."""
    return makers.make_evidence(findings=(), claims=(), records=(), variants=None)


def stretched(evidence: Evidence, shift: float, factor: float) -> Evidence:
    """The same evidence with every change moved and stretched on the log scale: intervals wide and narrow."""
    nodes = {}
    for name, node in evidence.effect.children.items():
        one = node.to_dataset()
        if "percent" in one:
            percent = 100 * np.expm1(shift + factor * np.log1p(one["percent"] / 100))
            one = one.assign(percent=percent)
            one = one.assign(difference=percent * 3.7) if "difference" in one else one
        nodes[name] = one
    return replace(evidence, effect=xr.DataTree.from_dict(nodes))
