"""A small study of a stranger's own table, made by doing what the comments of a new study file say."""

import re
import shutil
import textwrap
from pathlib import Path

import numpy as np

from evaluation.pipeline.new_study import write_new_study

ROOT = Path(__file__).parents[2]
COUNTRIES = ("NOR", "DNK", "FRA", "NLD", "BEL", "AUT", "PRT", "CZE")
STARTS = {"NOR": 2014, "FRA": 2017}  # France: in force for the larger part of 2016 too
QUICK = """
sampler: {chains: 2, draws: 100, tune: 200, variant_chains: 2, variant_draws: 50, prior_draws: 50}
checks: {variants: ["prior:sceptical"], leave_one_out: true, false_dates: [2], false_adopters: 2,
         alternatives: [size], future: 2,
         rehearsal: {from_prior: 2, at_each: 1, tune: 50, draws: 39, longer: [2], more_adopters: []}}
"""


def make_tiny(root: Path) -> Path:
    """Fill `root` with a project whose study `tiny` asks about eight countries, ten years and two laws."""
    shutil.copytree(ROOT / "conf", root / "conf")
    for folder in ("raw", "registers"):
        shutil.copytree(ROOT / "data" / folder, root / "data" / folder)
    path = write_new_study("tiny", root)
    text = path.read_text()
    (root / "data/raw/tiny.csv").write_text(_counts())
    for register in ("sources", "indicators", "interventions"):
        with (root / f"data/registers/{register}.yaml").open("a") as stream:
            stream.write("\n" + _instructed(text, register).replace("2009-01-01", "2014-01-01"))
    path.write_text(text.replace('["2010", "2022"]', '["2009", "2018"]') + QUICK)
    return root


def _counts() -> str:
    """A user's table: eight countries, ten years, two laws that halve the counts, small counts hidden as "<5"."""
    draw = np.random.default_rng(11)
    rows = ["unit,period,indicator,value"]
    for number, unit in enumerate(COUNTRIES):
        for year in range(2009, 2019):
            mean = 12 * (1 + number) * (0.5 if year >= STARTS.get(unit, 9999) else 1.0)
            value = draw.poisson(mean)
            rows.append(f"{unit},{year},my_indicator,{'<5' if value < 5 else value}")
    return "\n".join(rows) + "\n"


def _instructed(text: str, register: str) -> str:
    """The entry that the comments tell a user to add to a register."""
    step = text.split(f"data/registers/{register}.yaml", 1)[1].split("\n#\n", 1)[1]
    lines = re.match(r"(?:#        .*\n)+", step)
    assert lines, register
    return textwrap.dedent("".join(line[1:] + "\n" for line in lines.group(0).splitlines()))
