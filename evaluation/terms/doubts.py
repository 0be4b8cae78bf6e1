"""Families of refits that a true answer survives and a false one does not, by how their names begin."""

WITHOUT = "without"  # an adopter left out: without:NOR
FALSE_DATE = "false_date"  # laws so many periods too early: false_date:2
FALSE_ADOPTERS = "false_adopters"  # laws given to units that never had one: false_adopters:7
MODEL = "model"  # another model of the same data: model:noise
FUTURE = "future"  # a model that has not seen the last periods: future:main, future:noise
FAMILIES = (WITHOUT, FALSE_DATE, FALSE_ADOPTERS, MODEL, FUTURE)


def family_of(name: str) -> str:
    """The family of a refit, empty for a reading that a study names itself.

    >>> family_of("without:NOR"), family_of("prior:wide")
    ('without', '')
    """
    family, _, rest = name.partition(":")
    return family if rest and family in FAMILIES else ""


def of_family(names: list[str], family: str) -> dict[str, str]:
    """What comes after the colon, by whole name, of the refits of one family.

    >>> of_family(["main", "without:NOR", "without:ISR"], WITHOUT)
    {'without:NOR': 'NOR', 'without:ISR': 'ISR'}
    """
    return {name: name.partition(":")[2] for name in names if family_of(name) == family}
