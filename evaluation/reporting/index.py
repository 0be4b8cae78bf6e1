"""One page over all studies: what each asks, what it found, how strong that is, when it was run."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evaluation.reporting.files import write_text
from evaluation.reporting.render import render_index
from evaluation.reporting.sections.headline import estimate_of, interval_of, plain
from evaluation.terms import Claim, Strength, Study


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One study on the index page."""

    study: Study
    claims: tuple[Claim, ...]
    finished: str  # when its report was written, as ISO date or time
    link: str  # path of its page, relative to the index page


def write_index(entries: Iterable[Entry], out: Path) -> Path:
    """Write `index.html` into the folder `out`; its path is returned. Simulated studies stand last, and say so.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    ordered = sorted(entries, key=lambda entry: (entry.study.simulated, entry.study.title))
    return write_text(Path(out) / "index.html", render_index([_shown(entry) for entry in ordered]))


def _shown(entry: Entry) -> dict[str, object]:
    claim = next((one for one in entry.claims if one.name == "overall"), None)
    held = claim is None or claim.strength is Strength.WITHHELD
    return {
        "title": entry.study.title,
        "question": entry.study.question.says,
        "says": plain(claim) if claim else "No claim is made yet.",
        "number": "" if held or claim is None else estimate_of(claim),
        "interval": "" if held or claim is None else interval_of(claim),
        "level": 0.0 if claim is None else claim.interval,
        "strength": "withheld" if claim is None else claim.strength.value,
        "simulated": entry.study.simulated or any(one.simulated for one in entry.claims),
        "finished": entry.finished[:10],
        "link": entry.link,
    }
