"""Studies put together by hand, as conf/ would, and small worlds of figures to ask them about."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from evaluation.terms import ModelPlan, PanelPlan, Question, Study

CARD = {
    "title": "own counts",
    "publisher": "test",
    "citation": "test",
    "vintage": "test",
    "retrieved": "2025-01-01",
    "licence": "none stated",
    "sha256": "",
    "columns": {},
}


def study(name: str, panel: Mapping[str, object], question: Mapping[str, object], **changes: object) -> Study:
    built = Study(
        name=name,
        title=name,
        seed=1,
        panel=PanelPlan(**panel),  # type: ignore[arg-type]
        question=Question(says="?", **question),  # type: ignore[arg-type]
        model=ModelPlan(name="staggered"),
    )
    return replace(built, **changes)  # type: ignore[arg-type]


def buyer_laws(panel: Mapping[str, object] | None = None, question: Mapping[str, object] | None = None) -> Study:
    return study(
        "buyer_laws",
        {"observations": ("unodc_glotip_2025",), "span": ("2007", "2021"), "bases": ("world_bank",), **(panel or {})},
        {
            "indicators": ("victims_sexual", "prosecuted", "convicted"),
            "controls": ("victims_labour",),
            "interventions": ("buyer_law",),
            "adjust_for": ("partial_buyer_law",),
            **(question or {}),
        },
    )


def castle_doctrine() -> Study:
    return study(
        "castle_doctrine",
        {
            "observations": ("castle",),
            "span": ("2000", "2010"),
            "bases": ("castle_population",),
            "units_of": "castle_states",
        },
        {"indicators": ("homicide",), "controls": ("larceny", "motor_theft"), "interventions": ("castle_law",)},
    )


def simulated_ads() -> Study:
    return study(
        "simulated_ads",
        {
            "observations": ("simulated_ads",),
            "span": ("2019-01", "2023-12"),
            "every": "month",
            "bases": ("simulated_ads_population",),
            "units_of": "simulated_ads_cities",
        },
        {
            "indicators": ("ads_simulated",),
            "controls": ("job_ads_simulated",),
            "interventions": ("simulated_programme",),
        },
        simulated=True,
    )


def own(panel: Mapping[str, object] | None = None, question: Mapping[str, object] | None = None) -> Study:
    """A study of an evaluator's own table `own`: prosecutions in a few countries, 2010-2015, under `buyer_law`."""
    return study(
        "own",
        {
            "observations": ("own",),
            "span": ("2010", "2015"),
            "bases": ("world_bank",),
            "min_reported": 2,
            **(panel or {}),
        },
        {"indicators": ("prosecuted",), "interventions": ("buyer_law",), **(question or {})},
    )


def add_table(data: Path, rows: str | bytes, name: str = "own") -> Path:
    """Write a table under data/raw and give it a card."""
    file = data / "raw" / f"{name}.csv"
    file.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    register = data / "registers" / "sources.yaml"
    with register.open("a", encoding="utf-8") as text:
        text.write(yaml.safe_dump({name: {**CARD, "file": file.name}}))
    return file


def series(unit: str, values: str, first: int = 2010, indicator: str = "prosecuted") -> str:
    """Rows of one series: series("FRA", "5 <5 - 7") leaves the third year unreported."""
    cells = enumerate(values.split())
    return "".join(f"{unit},{first + i},{indicator},{value}\n" for i, value in cells if value != "-")


HEADER = "unit,period,indicator,value\n"


def set_adoptions(data: Path, adoptions: list[dict[str, object]], name: str = "buyer_law") -> None:
    """Put other laws into the register."""
    register = data / "registers" / "interventions.yaml"
    read = yaml.safe_load(register.read_text(encoding="utf-8"))
    read[name]["adoptions"] = [{"law": "a law", **adoption} for adoption in adoptions]
    register.write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
