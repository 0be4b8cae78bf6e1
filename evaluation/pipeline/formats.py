"""What artefacts look like on the disk: one format for each ending, the same bytes for the same content."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from evaluation.pipeline.store import StoreError
from evaluation.terms.decisions import Decision
from evaluation.terms.errors import Problem
from evaluation.terms.evidence import Claim, Finding, Verdict
from evaluation.terms.records import read_record, write_record

TREES = ("fit.nc", "effect.nc")  # DataTree; every other netCDF file is a Dataset
# Attributes that say when, or how fast. Were they in the file, no file would be the same twice; those of a whole file
# stand in the stage's record instead.
TIMES = ("created_at", "sampling_seconds")
STUDY_HEADER = """\
# The resolved plan of this study, written by `evaluation plan`. Do not edit: change conf/ and plan again.
# Every later stage reads its settings from here.
"""


def encode(artefact: str, content: Any) -> bytes | memoryview:
    """The bytes of an artefact, by its ending."""
    return _ENCODERS[Path(artefact).suffix](content)


def decode(path: Path) -> Any:
    """The content of an artefact.

    Raises
    ------
    StoreError
        The file is missing, or what it holds cannot be read (cut off, or not of this kind).
    """
    if not path.exists():
        raise StoreError(Problem("it has not been made yet", str(path), "run the earlier stages: evaluation run STUDY"))
    try:
        return _DECODERS[path.suffix](path)
    except (OSError, ValueError, KeyError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StoreError(Problem(f"the file cannot be read: {said}", str(path), "remove it and run again")) from error


def findings_content(findings: Iterable[Finding], assumes: Iterable[str] = ()) -> dict[str, Any]:
    """Findings, and the model's assumptions they probe, as JSON. DVC shows `verdicts` and `numbers` as metrics.

    >>> findings_content([])["verdicts"]
    {'PASS': 0, 'CONCERN': 0, 'FAIL': 0, 'UNKNOWN': 0}
    """
    findings = tuple(findings)
    return {
        "verdicts": {verdict.value: sum(one.verdict is verdict for one in findings) for verdict in Verdict},
        "numbers": {one.check: one.statistic for one in findings if one.statistic is not None},
        "assumes": list(assumes),
        "findings": write_record(findings),
    }


def findings_of(content: Mapping[str, Any], where: str) -> tuple[Finding, ...]:
    """The findings of `findings.json` or `rehearsal.json`."""
    return tuple(read_record(Finding, _with_nan(one, "details"), where) for one in content["findings"])


def claims_content(claims: Iterable[Claim]) -> dict[str, Any]:
    """Claims as JSON: their numbers as DVC metrics, then the claims whole."""
    claims = tuple(claims)
    return {
        "numbers": {
            one.name: {"estimate": one.estimate, "lower": one.lower, "upper": one.upper} | dict(one.probabilities)
            for one in claims
        },
        "claims": write_record(claims),
    }


def claims_of(content: Mapping[str, Any], where: str) -> tuple[Claim, ...]:
    """The claims of `claims.json`."""
    return tuple(read_record(Claim, _with_nan(one, "probabilities"), where) for one in content["claims"])


def decision_content(decision: Decision | None) -> dict[str, Any]:
    """The decision as JSON, whole; null where the study has none to make.

    >>> decision_content(None)
    {'decision': None}
    """
    return {"decision": None if decision is None else write_record(decision)}


def decision_of(content: Mapping[str, Any], where: str) -> Decision | None:
    """The decision of `decisions.json`."""
    return None if content["decision"] is None else read_record(Decision, content["decision"], where)


def _with_nan(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    """JSON has no NaN: what was written as null under `key` is a number that could not be computed."""
    values = {name: math.nan if value is None else value for name, value in mapping.get(key, {}).items()}
    return dict(mapping) | {key: values}


def _encode_json(content: Any) -> bytes:
    return (json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _plain(value: Any) -> Any:
    """Python's own scalars; what is no number is null, for JSON knows neither NaN nor infinity."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):  # numpy
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _encode_yaml(content: Any) -> bytes:
    import yaml

    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    return (STUDY_HEADER + text).encode()


def _decode_yaml(path: Path) -> Any:
    from evaluation.pipeline.yaml_files import read_yaml

    return read_yaml(path)


def _encode_netcdf(content: Any) -> memoryview:
    """Written in memory first: a full disk then fails on plain bytes, not inside the HDF5 library."""
    import xarray as xr

    content = content.map_over_datasets(_timeless) if isinstance(content, xr.DataTree) else _timeless(content)
    return memoryview(content.to_netcdf(engine="h5netcdf"))


def _timeless(dataset: Any) -> Any:
    kept = dataset.copy(deep=False)
    kept.attrs = {name: value for name, value in dataset.attrs.items() if name not in TIMES}
    return kept


def _decode_netcdf(path: Path) -> Any:
    import xarray as xr

    opener: Callable[..., Any] = xr.open_datatree if path.name in TREES else xr.open_dataset
    with opener(path, engine="h5netcdf") as opened:
        return opened.load()


def timings_of(content: Any) -> dict[str, float]:
    """How long parts of the work took, where the content says so: attributes that `encode` leaves out of the file."""
    attributes = getattr(content, "attrs", {})
    return {name: float(attributes[name]) for name in TIMES if isinstance(attributes.get(name), int | float)}


def _encode_parquet(content: Any) -> bytes:
    stream = io.BytesIO()
    content.to_parquet(stream, index=False)
    return stream.getvalue()


def _decode_parquet(path: Path) -> Any:
    import pandas as pd

    return pd.read_parquet(path)


def _encode_csv(rows: list[dict[str, Any]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


_ENCODERS: Mapping[str, Callable[[Any], bytes | memoryview]] = {
    ".json": _encode_json,
    ".yaml": _encode_yaml,
    ".nc": _encode_netcdf,
    ".parquet": _encode_parquet,
    ".csv": _encode_csv,
}
_DECODERS: Mapping[str, Callable[[Path], Any]] = {
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".yaml": _decode_yaml,
    ".nc": _decode_netcdf,
    ".parquet": _decode_parquet,
}
