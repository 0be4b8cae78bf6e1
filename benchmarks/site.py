"""How long the pages over all studies take: `evaluation site` over copies of the studies that have been carried out.

    python benchmarks/site.py --studies 20

Copies hold what the site reads, under names and titles of their own; no fit is copied, and none is made. The command is
started as a person would start it, and timed from its start to its end. After `evaluation run` of one study or more.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

from measured import ROOT, in_plain_words, machine, write_result

from evaluation.pipeline.site import finished
from evaluation.pipeline.stages import places
from evaluation.pipeline.store import Place
from evaluation.terms.errors import Problem, StudyError

READ = (
    "study.yaml",
    "claims.json",
    "decisions.json",
    "design.nc",
    "rehearsal.json",
    "findings.json",
    "report.record.json",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=20)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    done = [place for place in places(ROOT) if finished(place)]
    if not done:
        raise StudyError(Problem("no study has been carried out", str(ROOT), "evaluation run STUDY"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copy(done, root, asked.studies)
        seconds = [timed(root) for _ in range(asked.times)]
        pages = {path.name: path.stat().st_size for path in sorted((root / "reports").glob("*.html"))}
    result = {"studies": asked.studies, "of": len(done), "seconds": seconds, "bytes": pages, "machine": machine()}
    print(f"{asked.studies} studies: {min(seconds):.1f} s at best, {max(seconds):.1f} s at worst; {pages}")
    write_result("site", result)


def copy(done: list[Place], root: Path, studies: int) -> None:
    """Fill a project with so many studies, the finished ones over and over."""
    for folder in ("conf", "data/registers", "data/raw"):
        shutil.copytree(ROOT / folder, root / folder)
    for number, place in enumerate(islice(cycle(done), studies), start=1):
        other = Place(root, f"{place.name}_{number}")
        other.folder.mkdir(parents=True)
        for name in READ:
            if place.path(name).exists():
                shutil.copy(place.path(name), other.path(name))
        rename(other, place.name, number)
        shutil.copytree(place.report, other.report)


def rename(place: Place, before: str, number: int) -> None:
    """A name and a title of its own, so that no two studies are taken for one."""
    path = place.path("study.yaml")
    text = path.read_text(encoding="utf-8").replace(f"name: {before}\n", f"name: {place.name}\n", 1)
    path.write_text(text.replace("\ntitle: ", f"\ntitle: No. {number}, ", 1), encoding="utf-8")


def timed(root: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "evaluation", "site", "--root", str(root)], cwd=ROOT, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    in_plain_words(main)
