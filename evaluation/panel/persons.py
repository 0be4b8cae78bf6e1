"""No records of persons: a table that names or lists persons is refused, with the reason."""

import re
from collections.abc import Iterator

import pandas as pd

from evaluation.terms import Problem

# Columns that only a record of a person has.
PERSONAL = """
name first_name firstname given_name last_name lastname surname family_name full_name fullname maiden_name
nickname alias dob date_of_birth birth_date birthdate birthday place_of_birth passport passport_number
passport_no id_number national_id social_security_number ssn phone phone_number telephone mobile email e_mail
email_address address home_address postcode zip_code victim_id victim_name suspect_id suspect_name person_id
case_id case_number client_id patient_id offender_id witness_id username user_name handle ip_address photo image
face
"""
# Columns that describe one person when there is no count beside them.
DESCRIBES = """
age sex gender nationality citizenship ethnicity religion occupation marital_status education height weight
arrival_date recruitment_date rescue_date
"""
COUNTED = frozenset({"value", "lower", "upper", "count", "n"})
ADVICE = "this project takes aggregate counts only: count persons by unit and period, and delete this copy"


def person_problems(table: pd.DataFrame, where: str) -> Iterator[Problem]:
    """What makes the table look like records of persons; nothing where it does not. No cell is ever quoted."""
    names = {_plain(str(column)): str(column) for column in table.columns}
    for plain, column in names.items():
        if plain in PERSONAL.split():
            yield Problem(f"column '{column}' holds records of persons", where, ADVICE)
    if not COUNTED & names.keys() and len(set(DESCRIBES.split()) & names.keys()) >= 2:
        yield Problem("it has no count, and columns that describe one person each", where, ADVICE)
    if _one_row_a_person(table, names):
        yield Problem("every value is 1 and cells repeat: it looks like one row for each person", where, ADVICE)
    for column in table.columns:
        text = table[column].astype("str")
        if len(text) and text.str.fullmatch(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}").mean() > 0.2:
            yield Problem(f"column '{column}' holds e-mail addresses", where, ADVICE)


def _one_row_a_person(table: pd.DataFrame, names: dict[str, str]) -> bool:
    cell = [names[key] for key in ("unit", "period", "indicator") if key in names]
    if "value" not in names or len(cell) < 2 or len(table) < 5:
        return False
    return bool((table[names["value"]].astype("str") == "1").all() and table.duplicated(cell).any())


def _plain(column: str) -> str:
    """
    >>> _plain("Date of Birth")
    'date_of_birth'
    """
    return re.sub(r"[^a-z0-9]+", "_", column.strip().lower()).strip("_")
