"""A small made-up evaluation that holds to the contract of docs/architecture.md: 12 units, 4 indicators, 8 years."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.terms import (
    Adoption,
    Assertion,
    ChecksPlan,
    Claim,
    DefinitionBreak,
    Finding,
    Indicator,
    Intervention,
    ModelPlan,
    PanelPlan,
    Question,
    Source,
    Strength,
    Study,
    Verdict,
)
from evaluation.terms.panel import Status
from evaluation.terms.world import Certainty, Kind, Refutation, Role

CELL = ("indicator", "unit", "time")
OUTCOMES = ("victims_sexual", "prosecuted", "convicted")
CONTROL = "victims_labour"
QUANTILES = [0.025, 0.25, 0.5, 0.75, 0.975]


def make_study(**changes: Any) -> Study:
    study = Study(
        name="made_up",
        title="Laws against buying sex and trafficking figures",
        seed=7,
        panel=PanelPlan(observations=("made_up_counts",), span=("2010", "2017")),
        question=Question(
            says="By how much did laws against buying sex change the numbers identified, prosecuted and convicted?",
            indicators=OUTCOMES,
            controls=(CONTROL,),
            interventions=("buyer_law",),
            adjust_for=("partial_buyer_law",),
            assertions=("demand_falls_60", "share_71"),
        ),
        model=ModelPlan(name="staggered", settings={"effect": {"prior": "wide"}}),
        checks=ChecksPlan(variants=("prior:claimed", "prior:sceptical", "date:enforced", "leads")),
        about="A made-up study for the tests of the report.",
    )
    return replace(study, **changes)


def make_panel(study: Study, units: int = 12, treated: int = 4, periods: int = 8, seed: int = 1) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    names = [f"U{place:02d}" for place in range(units)]
    times = [str(2010 + place) for place in range(periods)]
    indicators = [*OUTCOMES, CONTROL]
    shape = (len(indicators), units, periods)
    rate = np.exp(rng.normal(3.2, 1.1, (1, units, 1)) + rng.normal([[[0.4]], [[0.1]], [[-0.8]], [[-0.2]]], 0.2))
    counts = rng.poisson(rate * np.exp(0.05 * np.arange(periods)) * np.ones(shape)).astype(float)
    status = np.full(shape, int(Status.EXACT), dtype=np.int8)
    status[rng.uniform(size=shape) < 0.15] = int(Status.NOT_REPORTED)
    status[(counts < 5) & (status == int(Status.EXACT)) & (rng.uniform(size=shape) < 0.7)] = int(Status.SUPPRESSED)
    status[0, 1, 5] = status[2, 0, 3] = int(Status.QUESTIONED)
    unknown = (status == int(Status.NOT_REPORTED)) | (status == int(Status.QUESTIONED))
    suppressed = status == int(Status.SUPPRESSED)
    lower = np.where(unknown, np.nan, np.where(suppressed, 0.0, counts))
    upper = np.where(unknown, np.nan, np.where(suppressed, 4.0, counts))
    starts = np.full(units, periods)
    starts[:treated] = np.linspace(2, periods - 2, treated).astype(int)
    exposure = np.zeros((2, units, periods))
    exposure[0] = np.arange(periods) >= starts[:, None]
    exposure[1, treated, 4:] = 1
    since = np.where(starts[:, None] < periods, np.arange(periods) - starts[:, None], np.nan)
    steps = np.zeros((1, *shape), dtype=float)
    steps[0, :2, 0, 5:] = 1
    adoptions = [
        {
            "unit": names[place],
            "intervention": "buyer_law",
            "law": f"Act {place}",
            "starts": f"{times[starts[place]]}-07-01",
            "enforced": None,
            "certainty": "low" if place == 2 else "high",
            "notes": "",
        }
        for place in range(treated)
    ]
    return xr.Dataset(
        {
            "lower": (CELL, lower),
            "upper": (CELL, upper),
            "status": (CELL, status),
            "base": (CELL, np.full(shape, 1e6)),
            "exposure": (("intervention", "unit", "time"), exposure),
            "exposure_enforced": (("intervention", "unit", "time"), exposure),
            "event_time": (("intervention", "unit", "time"), np.stack([since, np.full_like(since, np.nan)])),
            "breaks": (("break", *CELL), steps),
            "covariates": (("covariate", "unit", "time"), np.zeros((0, units, periods))),
        },
        coords={
            "indicator": indicators,
            "unit": names,
            "time": times,
            "intervention": ["buyer_law", "partial_buyer_law"],
            "break": ["U00:2015"],
            "covariate": np.array([], dtype=str),
            "unit_name": (
                "unit",
                ["<script>alert(1)</script> & $x$" if place == 3 else f"Country {place}" for place in range(units)],
            ),
            "region": ("unit", ["North"] * units),
            "indicator_says": ("indicator", [INDICATORS[name].says for name in indicators]),
            "role": ("indicator", [INDICATORS[name].role.value for name in indicators]),
            "outcome": ("indicator", [True, True, True, False]),
            "asked": ("intervention", [True, False]),
        },
        attrs={
            "study": study.name,
            "title": study.title,
            "every": "year",
            "simulated": "false",
            "units": json.dumps(dict.fromkeys(indicators, "persons / year")),
            "sources": json.dumps(["made_up_counts", "made_up_people"]),
            "left_out": json.dumps({"ZZZ": "no year reported before the law"}),
            "adoptions": json.dumps(adoptions),
        },
    )


def make_effect(panel: xr.Dataset, study: Study, draws: int = 250, seed: int = 2) -> xr.DataTree:
    rng = np.random.default_rng(seed)
    chains = 2
    exposed = panel.exposure.sel(intervention="buyer_law").values > 0
    units = [str(unit) for unit, seen in zip(panel.unit.values, exposed, strict=True) if seen.any()]
    indicators = [str(name) for name in panel.indicator.values]
    first = exposed.argmax(axis=1)[exposed.any(axis=1)]
    longest = int(panel.event_time.max())

    def node(coords: dict[str, list[Any]], centre: float = -0.15, spread: float = 0.2) -> xr.Dataset:
        size = tuple(len(labels) for labels in coords.values())
        log_ratio = centre + spread * rng.normal(size=(chains, draws, 1)).reshape(chains, draws, *([1] * len(size)))
        log_ratio = log_ratio + 0.12 * rng.normal(size=(1, 1, *size)) + 0.12 * rng.normal(size=(chains, draws, *size))
        dims = ("chain", "draw", *coords)
        percent = 100 * np.expm1(log_ratio)
        return xr.Dataset(
            {"percent": (dims, percent), "difference": (dims, percent * 3.7), "log_ratio": (dims, log_ratio)},
            coords={"chain": range(chains), "draw": range(draws), **coords},
        )

    level = panel["upper"].mean("time").sel(unit=units).fillna(2.0).values[..., None] * np.ones(panel.sizes["time"])
    factors = np.array([0.7, 0.9, 1.0, 1.12, 1.5])[:, None, None, None]
    law = np.where(exposed[exposed.any(axis=1)], 0.85, 1.0)
    expected = (("quantile", *CELL), factors * level * law), (("quantile", *CELL), factors * level)
    leads = node({"indicator": indicators, "event_time": [-3, -2, -1]}, centre=0.0)
    return xr.DataTree.from_dict(
        {
            "/overall": node({}),
            "/indicator": node({"indicator": indicators}).assign_coords(
                outcome=("indicator", [True, True, True, False])
            ),
            "/unit": node({"unit": units}),
            "/indicator_unit": node({"indicator": indicators, "unit": units}),
            "/cohort": node({"cohort": sorted({str(panel.time.values[start]) for start in first})}),
            "/event_time": node({"event_time": list(range(longest + 1))}),
            "/indicator_event_time": node({"indicator": indicators, "event_time": list(range(longest + 1))}),
            "/time": node({"time": [str(time) for time in panel.time.values[first.min() :]]}),
            "/next_unit": node({"indicator": indicators}, spread=0.5).drop_vars("difference"),
            "/leads": leads.drop_vars(["difference", "log_ratio"]),
            "/counterfactual": xr.Dataset(
                {"on": expected[0], "off": expected[1]},
                coords={"quantile": QUANTILES, "indicator": indicators, "unit": units, "time": panel.time.values},
            ),
        }
    )


def make_variants(seed: int = 3) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    names = ["main", "prior:claimed", "prior:sceptical", "suppressed:zero", "leads"]  # date:enforced was asked for
    quantities = ["overall", *OUTCOMES, CONTROL]
    percent = 100 * np.expm1(rng.normal(-0.15, 0.2, (len(names), len(quantities), 300)))
    percent[3, 2] = np.nan
    return xr.Dataset(
        {
            "percent": (("variant", "quantity", "sample"), percent),
            "rhat_max": ("variant", [1.003, 1.004, 1.002, 1.031, np.nan]),
            "ess_min": ("variant", [1800.0, 900.0, 950.0, 210.0, np.nan]),
            "divergences": ("variant", [0, 0, 1, 0, 0]),
            "says": ("variant", [f"What was done in {name}." for name in names]),
        },
        coords={"variant": names, "quantity": quantities},
    )


INDICATORS = {
    name: Indicator(
        says=says,
        unit="persons / year",
        kind=Kind.COUNT,
        role=role,
        base="population",
        better=better,
        sources=("made_up_counts",),
        caution=caution,
    )
    for name, says, role, better, caution in [
        (
            "victims_sexual",
            "victims of trafficking for sexual exploitation identified",
            Role.DETECTION,
            "neither",
            "Rises when the police look harder.",
        ),
        ("prosecuted", "persons prosecuted for trafficking", Role.ENFORCEMENT, "neither", "Lags the offence by years."),
        ("convicted", "persons convicted of trafficking", Role.ENFORCEMENT, "more", ""),
        (CONTROL, "victims of trafficking for forced labour identified", Role.CONTROL, "neither", ""),
    ]
}


def make_registers() -> dict[str, Any]:
    source = Source(
        title="Made-up counts",
        file="made_up.csv",
        publisher="nobody",
        citation="Nobody (2020), Made-up counts",
        vintage="2020-01-01",
        retrieved="2020-02-01",
        licence="none stated",
        sha256="ab" * 32,
        columns={"value": "count"},
    )
    return {
        "sources": {"made_up_counts": source, "made_up_people": replace(source, citation="Nobody (2020), People")},
        "indicators": INDICATORS,
        "tactics": {},
        "interventions": {
            "buyer_law": Intervention(
                says="a law against buying sex",
                tactic="law_against_buying",
                adoptions=(Adoption(unit="U00", law="Act 0", starts="2012-07-01", certainty=Certainty.HIGH),),
            )
        },
        "assertions": {
            "demand_falls_60": Assertion(
                says="A law against buying reduces demand by at least 60 %",
                source="founding document",
                estimand="percent change",
                percent=-60.0,
            ),
            "share_71": Assertion(
                says="4.8 million of 40.3 million, or 71 %",
                source="founding document",
                estimand="share",
                refuted=Refutation.ARITHMETIC,
                arithmetic="4.8 of 40.3 is 12 %",
            ),
        },
        "breaks": (
            DefinitionBreak(
                unit="U00",
                indicators=("victims_sexual", "prosecuted"),
                from_period="2015",
                why="all referrals are counted",
            ),
        ),
        "questioned": [
            {
                "indicator": "victims_sexual",
                "unit": "U01",
                "period": "2015",
                "found": "3",
                "reason": "less than its parts",
            }
        ],
    }


def make_findings() -> tuple[Finding, ...]:
    return (
        Finding(
            check="rhat",
            family="sampling",
            assumption="converged",
            verdict=Verdict.PASS,
            says="The chains agree.",
            statistic=1.004,
            statistic_says="largest split R-hat",
            limit=1.01,
        ),
        Finding(
            check="leads",
            family="trend",
            assumption="no_differential_trend",
            verdict=Verdict.CONCERN,
            says="The leads are wide.",
            statistic=0.31,
            limit=0.2,
            advice="Read the event study.",
        ),
        Finding(
            check="negative_control",
            family="control",
            assumption="effort_constant",
            verdict=Verdict.FAIL,
            says="The control moved too.",
            statistic=-18.2,
            statistic_says="percent",
            advice="Do not read this as the market.",
        ),
        Finding(check="loo_pit", family="fit", assumption="model_fits", verdict=Verdict.UNKNOWN, says="Too few cells."),
    )


def make_claims() -> tuple[Claim, ...]:
    return (
        Claim(
            name="overall",
            says="Under the law the three figures together were 13.7 % lower than without it.",
            unit="percent",
            estimate=-13.7,
            lower=-41.3,
            upper=27.9,
            interval=0.95,
            probabilities={"reduction": 0.777, "matters": 0.353, "equivalence": 0.512},
            strength=Strength.WEAK,
            reasons=("A negative control moved as the outcomes did.", "Four countries adopted the law."),
            sources=("made_up_counts",),
        ),
        Claim(
            name="indicator:prosecuted",
            says="Persons prosecuted were fewer.",
            unit="percent",
            estimate=-9.0,
            lower=-44.0,
            upper=41.0,
            interval=0.95,
            probabilities={"reduction": 0.64},
            strength=Strength.WEAK,
            sources=("made_up_counts",),
        ),
        Claim(
            name="assertion:demand_falls_60",
            says="A fall of 60 % or more is very unlikely.",
            unit="probability",
            estimate=0.004,
            lower=None,
            upper=None,
            interval=0.95,
            strength=Strength.MODERATE,
            sources=("made_up_counts",),
        ),
    )


def make_records() -> list[dict[str, Any]]:
    return [
        {
            "stage": stage,
            "study": "made_up",
            "seed": 7,
            "git": {"commit": "0123456789abcdef", "dirty": True},
            "versions": {"python": "3.13.0", "pymc": "6.3.0"},
            "outputs": {f"data/studies/made_up/{stage}.nc": "cd" * 32},
            "seconds": 12.3,
            "finished": "2025-05-01T10:00:00+00:00",
        }
        for stage in ("shape", "fit", "estimate")
    ]


def make_evidence(**changes: Any) -> Evidence:
    study = changes.pop("study", None) or make_study()
    panel = changes.pop("panel", None)
    panel = make_panel(study) if panel is None else panel
    given: dict[str, Any] = {
        "registers": make_registers(),
        "effect": make_effect(panel, study),
        "variants": make_variants(),
        "findings": make_findings(),
        "claims": make_claims(),
        "records": tuple(make_records()),
    }
    return Evidence(study=study, panel=panel, **(given | changes))


@pytest.fixture
def make() -> SimpleNamespace:
    """Makers of every part, for tests that change one."""
    return SimpleNamespace(
        study=make_study,
        panel=make_panel,
        effect=make_effect,
        variants=make_variants,
        registers=make_registers,
        findings=make_findings,
        claims=make_claims,
        records=make_records,
        evidence=make_evidence,
    )


@pytest.fixture
def evidence() -> Evidence:
    return make_evidence()
