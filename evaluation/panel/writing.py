"""Tables reach the disk whole or not at all."""

import os
from pathlib import Path

import pandas as pd


def write_whole(text: str, file: Path) -> Path:
    """Write `text` to `file` through a temporary name in the same folder, so that no reader ever sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        half.write_text(text, encoding="utf-8", newline="\n")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    return file


def write_table(table: pd.DataFrame, file: Path) -> Path:
    """Write a tidy table as UTF-8 CSV, whole or not at all."""
    return write_whole(table.to_csv(index=False, lineterminator="\n"), file)
