"""The card of a table in data/registers/sources.yaml: rewritten when an importer writes the table anew."""

import re
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from evaluation.panel.writing import write_whole
from evaluation.terms import Source, read_record, write_record


def fingerprint(file: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    return sha256(file.read_bytes()).hexdigest()


def write_card(name: str, card: Source, data: Path) -> Path:
    """Put the card of table `name` into the register, with the sha256 of the table as it lies under data/raw.

    A table that did not change keeps its card as it stands, so that importing twice changes nothing. Other cards
    and the comments between them are left alone.
    """
    register = data / "registers" / "sources.yaml"
    text = register.read_text(encoding="utf-8") if register.is_file() else ""
    found = sha256((data / "raw" / card.file).read_bytes()).hexdigest()
    before: Any = (yaml.safe_load(text) or {}).get(name)
    if before is not None and read_record(Source, before, name).sha256 == found:
        return register
    block = _as_yaml(name, replace(card, sha256=found, retrieved=card.retrieved or date.today().isoformat()))
    pattern = re.compile(rf"^{re.escape(name)}:\n(?:[ \t]+.*\n|\n(?=[ \t]))*", re.MULTILINE)
    text = pattern.sub(lambda _: block, text) if pattern.search(text) else f"{text.rstrip()}\n\n{block}".lstrip()
    return write_whole(text, register)


def _as_yaml(name: str, card: Source) -> str:
    return yaml.safe_dump({name: write_record(card)}, sort_keys=False, allow_unicode=True, width=120)
