"""A new study file, with every choice explained, for someone who comes with a table of counts."""

import re
from pathlib import Path

from evaluation.pipeline.plan import study_names
from evaluation.pipeline.store import replacing
from evaluation.terms.errors import Problem, StudyError

TEMPLATE = """\
# @package _global_
# {name}: your question in one line.
#
# BEFORE THIS FILE: your figures
# 1. Put your table of counts into data/raw/{name}.csv, one row for each figure:
#
#        unit,period,indicator,value
#        NOR,2015,my_indicator,206
#        NOR,2016,my_indicator,<5
#
#    unit       country (ISO 3166-1 alpha-3), or your own places (then give their table under units_of below)
#    period     2015 for years, 2015-03 for months
#    value      a whole number, or <5 for a hidden small count (it is read as 0, 1, 2, 3 or 4, never as 0 or as 5).
#               Leave the row out where nothing was reported: a missing row is not a zero.
#    Aggregate figures only. A table with names or other columns about persons is refused.
# 2. Give the table a card in data/registers/sources.yaml, so that the report can say where its figures are from:
#
#        {name}:
#          title: what it is
#          file: {name}.csv
#          publisher: who published it
#          citation: how to cite it
#          vintage: "2025-01-31"        # the edition or date of the table
#          retrieved: "2025-02-15"      # the day you got it
#          licence: none stated
#          sha256: ""                   # sha256sum data/raw/{name}.csv
#          columns: {{unit: country, period: year, indicator: what is counted, value: persons}}
#
# 3. Describe what is counted in data/registers/indicators.yaml:
#
#        my_indicator:
#          says: persons convicted of buying sex
#          label: Convicted of buying   # short, for plots and tables
#          unit: persons / year
#          kind: count
#          role: enforcement            # market | effort | detection | enforcement | harm | control
#          base: population             # null: the count stands alone
#          better: neither              # fewer | more | neither
#          sources: [{name}]
#
# 4. Say who did what, and when, in data/registers/interventions.yaml (or use one that stands there):
#
#        my_law:
#          says: law against buying sex
#          tactic: consumer_law         # a name in data/registers/tactics.yaml
#          adoptions:                   # two units at least, or take the model for series without controls
#            - {{unit: NOR, law: Penal Code s. 202a, starts: "2009-01-01", source: where the date is from}}
#            - {{unit: FRA, law: Law 2016-444, starts: "2016-04-14", source: where the date is from}}
#
# THEN: fill in what follows, and try it with
#
#    evaluation plan {name}                    checks every name, in seconds
#    evaluation advise {name}                  which models apply, which do not, and why
#    evaluation run {name} sampler=quick checks=quick       a first look
#    evaluation run {name}                     the real thing
#
# and add "{name}" to conf/studies.yaml, so that `dvc repro` carries it out with the others.

title: Your title, as it will stand on the report
about: >-
  What was done, by whom, and why it is asked. One paragraph, for a reader who knows nothing of it.
seed: 1                     # any whole number; the same number gives the same report

panel:
  observations: [{name}]    # your table's name in data/registers/sources.yaml
  earlier: []               # an earlier edition of that table, read by the variant vintage:earlier (checks.variants)
  span: ["2010", "2022"]    # first and last period; months as ["2019-01", "2023-12"]
  every: year               # year | month
  bases: [world_bank]       # population of countries; your own: a table with unit, period, population
  units_of: countries       # units with name and region; your own: a table with unit, name, region
  min_reported: 5           # a unit with fewer reported periods is left out, and the report says so
  min_before: 2             # reported periods a treated unit needs before its law
  min_after: 1              # and after

question:
  says: By how much did my law change the number of persons convicted?
  indicators: [my_indicator]
  controls: []              # indicators the law cannot move: the best safeguard there is, so add one if you can
  interventions: [my_law]
  matters_from: -20.0       # percent: the smallest change that would matter; agree on it before you look

# Everything else has a default that is written and explained in conf/model, conf/sampler, conf/checks, conf/disclosure
# and conf/report. Change a value by naming it here, as in these lines:
#
# model:
#   effect:
#     prior: sceptical      # claimed | sceptical | wide
#     profile: step         # step | ramp | pulse | dynamic
#
# Without units to compare with, each series has its own past alone: put these lines at the top of this file's values.
#
# defaults:
#   - override /model: interrupted_series
#
# Where what the law drives out may turn up next door, `displacement` in its place, and under panel:
#
#   neighbours: {{source: neighbours, kind: border}}  # or distance, language, or a table of unit, neighbour, weight
#
# Should somebody pay for further units to adopt, and what should be known first? How to ask: docs/guides/decisions.md.
# Costs stand in data/registers/costs.yaml.
#
# decision:
#   outcome: my_indicator
#   better: fewer           # fewer | more, where the register says neither
#   costs: {{my_cost: 1}}     # how many of each, for one adopting unit
#   currency: EUR
#   price_year: 2022
#   years: 3
disclosure:
  published: false          # your counts are not public: small ones are printed as "<5"
"""


def new_study_text(name: str) -> str:
    """The commented study file.

    Raises
    ------
    StudyError
        The name cannot be a study's name.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        advice = "use small letters, digits and _, beginning with a letter"
        raise StudyError(Problem(f"'{name}' cannot be a study's name", "command line", advice))
    return TEMPLATE.format(name=name)


def write_new_study(name: str, root: Path) -> Path:
    """Write the study file into conf/study/.

    Raises
    ------
    StudyError
        There is a study of that name already (it is left alone), or the name cannot be a study's name.
    """
    text = new_study_text(name)
    path = root / "conf" / "study" / f"{name}.yaml"
    if name in study_names(root):
        raise StudyError(Problem("there is a study of that name", str(path), "choose another name, or edit that file"))
    with replacing(path) as stream:
        stream.write(text.encode())
    return path
