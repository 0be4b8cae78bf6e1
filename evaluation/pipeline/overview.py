"""The page over all studies, reports/index.html."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.pipeline.formats import claims_of, decode
from evaluation.pipeline.record import read_stage_record
from evaluation.pipeline.run import read_study
from evaluation.pipeline.stages import places
from evaluation.pipeline.store import Place, in_our_words

if TYPE_CHECKING:
    from evaluation.reporting.index import Entry


def write_overview(root: Path) -> Path:
    """Write the page over every study that has a report; runs with overrides are left out. Its path is returned."""
    from evaluation.reporting.index import write_index

    with in_our_words(root / "reports" / "index.html"):
        return write_index(entries(root), root / "reports")


def first_page_of(place: Place) -> Path:
    """The page of a study's report that a reader opens first."""
    from evaluation.reporting.report import first_page

    return place.report / first_page(read_study(place))


def entries(root: Path) -> "Iterator[Entry]":
    """One entry for each study whose report has been written."""
    from evaluation.reporting.index import Entry
    from evaluation.reporting.report import first_page

    for place in places(root):
        record = read_stage_record(place, "report")
        if "@" in place.name or record is None or not place.report.is_dir():
            continue
        study = read_study(place)
        yield Entry(
            study=study,
            claims=claims_of(decode(place.path("claims.json")), place.key("claims.json")),
            finished=str(record.get("finished", "")),
            link=f"{place.name}/{first_page(study)}",
        )
