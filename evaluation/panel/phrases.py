"""Words of the registers and the studies in other languages: data/registers/languages/<code>.yaml."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from evaluation.terms import DataError, Problem
from evaluation.terms.errors import refuse_if_any

FOLDER = "languages"
_ADVICE = 'write "English words": "their translation"'


def read_phrases(data: Path) -> dict[str, dict[str, str]]:
    """Translations by language code, each by the English words it stands for; none where the folder is not there.

    Raises
    ------
    DataError
        Every entry of every file that is not words in quotation marks and their translation; files that are no YAML.
    """
    problems: list[Problem] = []
    files = sorted((data / "registers" / FOLDER).glob("*.yaml"))
    found = {file.stem: _read(file, problems) for file in files}
    refuse_if_any(problems, DataError)
    return found


def _read(file: Path, problems: list[Problem]) -> dict[str, str]:
    where = f"{FOLDER}/{file.name}"
    try:
        held = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(Problem(f"it cannot be read ({' '.join(str(error).split())})", where, "mend the YAML"))
        return {}
    if held is None:
        return {}
    if not isinstance(held, Mapping):
        problems.append(Problem("the file holds no named words", where, _ADVICE))
        return {}
    problems.extend(_problems(held, where))
    return {str(english): str(own) for english, own in held.items()}


def _problems(held: Mapping[Any, Any], where: str) -> Iterator[Problem]:
    for english, own in held.items():
        if not isinstance(english, str) or not isinstance(own, str):
            yield Problem(f"'{english}' and its translation are not both words", where, "put both in quotation marks")
        elif not own.strip():
            yield Problem(f"'{english}' has an empty translation", where, "translate it, or take the line out")
