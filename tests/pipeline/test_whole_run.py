"""A stranger's own table, from `evaluation new` to the report: run, run again, interrupt, change a setting."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xarray as xr
import yaml

from evaluation.pipeline.formats import claims_of, decode
from evaluation.pipeline.record import read_stage_record, settings_slice
from evaluation.pipeline.run import read_study, run_stage, run_study
from evaluation.pipeline.site import write_site
from evaluation.pipeline.stages import STAGES, Session, stage_named
from evaluation.pipeline.store import Place
from evaluation.reporting.site.write import PAGES
from tests.pipeline.tiny import make_tiny
from tests.pipeline.watched import watched

pytestmark = pytest.mark.pipeline
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    """A project with a study made by following the instructions of `evaluation new`, to the letter."""
    return make_tiny(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def place(tiny) -> Place:
    """The study after one whole run."""
    return run_study("tiny", (), tiny)


class Seen:
    """Notes what is done and what is left alone."""

    def __init__(self) -> None:
        self.worked: list[str] = []

    @contextmanager
    def working(self, stage) -> Iterator[None]:
        self.worked.append(stage.name)
        yield

    def unchanged(self, stage) -> None:
        pass


def worked(root: Path, overrides=()) -> list[str]:
    seen = Seen()
    run_study("tiny", overrides, root, watcher=seen)
    return seen.worked


def test_a_run_leaves_every_artefact_its_record_and_a_report(place):
    for stage in STAGES:
        assert all(place.path(artefact).exists() for artefact in stage.writes), stage.name
        assert read_stage_record(place, stage.name)["seed"] == 1
    page = (place.report / "report.html").read_text()
    assert "Your title, as it will stand on the report" in page
    assert list(place.folder.glob(".*.part")) == []


def test_the_site_shows_the_study_without_a_fit(place, tiny):
    hidden = place.path("fit.nc").rename(place.path("fit.hidden"))
    try:
        page = write_site(tiny).read_text()
    finally:
        hidden.rename(place.path("fit.nc"))
    assert "Your title, as it will stand on the report" in page
    assert 'href="tiny/report.html"' in page
    assert {path.name for path in (tiny / "reports").glob("*.html")} == {name for name, _ in PAGES}
    assert "Norway is studied" in page


def test_the_claims_are_about_the_law(place):
    claims = claims_of(decode(place.path("claims.json")), "claims.json")
    assert "overall" in {claim.name for claim in claims}
    effect = decode(place.path("effect.nc"))
    assert float(effect["overall"]["percent"].median()) < 0, "the simulated law halves the counts"


def test_a_second_run_does_nothing(place, tiny):
    before = {path: path.stat().st_mtime_ns for path in place.folder.glob("[!.]*")}
    assert worked(tiny) == []
    assert {path: path.stat().st_mtime_ns for path in place.folder.glob("[!.]*")} == before


def test_the_same_seed_gives_identical_draws(place):
    """Fitted again from the same panel: every draw of every parameter is the same number."""
    before = decode(place.path("fit.nc"))
    variants = decode(place.path("variants.nc"))
    assert run_stage(place, stage_named("fit"), read_study(place))
    xr.testing.assert_equal(before["posterior"].to_dataset(), decode(place.path("fit.nc"))["posterior"].to_dataset())
    xr.testing.assert_equal(variants, decode(place.path("variants.nc")))


def test_each_stage_looks_only_at_the_settings_it_declares(place):
    """A setting that is read but not declared would leave a stale artefact when it changes."""
    study = read_study(place)
    for stage in STAGES[1:-1]:  # the plan and the report look at all of it
        read: set[str] = set()
        stage.work(place, watched(study, read), Session())
        allowed = set(settings_slice(study, stage.settings))
        strangers = {key for key in read if not any(key == one or key.startswith(f"{one}.") for one in allowed)}
        assert strangers <= {"name"}, (stage.name, strangers)  # a place has one study: its name never changes


def test_a_change_of_the_report_does_not_sample_again(place, tiny):
    path = tiny / "conf/study/tiny.yaml"
    text = path.read_text()
    path.write_text(text + "report: {interval: 0.9}\n")
    try:
        assert worked(tiny) == ["plan", "claim", "report"]
    finally:
        path.write_text(text)
        worked(tiny)


def test_another_prior_samples_again_in_a_place_of_its_own(place, tiny):
    before = place.path("fit.nc").read_bytes()
    done = worked(tiny, ["model.effect.prior=sceptical"])
    assert done == [stage.name for stage in STAGES]
    (other,) = [path for path in (tiny / "data/studies").iterdir() if "@" in path.name]
    assert place.path("fit.nc").read_bytes() == before
    plain, sceptical = (decode(folder / "effect.nc")["overall"]["log_ratio"] for folder in (place.folder, other))
    assert abs(float(sceptical.median())) < abs(float(plain.median())), "a sceptical prior draws the effect to none"


def test_a_run_that_is_killed_goes_on_where_it_was(place, tiny, tmp_path):
    """Killed by the system while it samples; the stages before are not done again, nothing is left half written."""
    root = tmp_path / "copy"
    shutil.copytree(tiny, root, ignore=shutil.ignore_patterns("studies", "reports"))
    copy = Place(root, "tiny")
    command = [sys.executable, "-m", "evaluation", "run", "tiny", "--quiet", "--root", str(root)]
    with subprocess.Popen(command, cwd=ROOT) as running:
        deadline = time.monotonic() + 240
        while read_stage_record(copy, "rehearse") is None and time.monotonic() < deadline:
            assert running.poll() is None, "it ended before it could be killed"
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    assert not copy.path("fit.nc").exists()
    finished = read_stage_record(copy, "shape")["finished"]
    assert worked(root) == ["fit", "check", "estimate", "claim", "report"]
    assert read_stage_record(copy, "shape")["finished"] == finished
    xr.testing.assert_equal(decode(copy.path("effect.nc"))["overall"], decode(place.path("effect.nc"))["overall"])


def test_the_resolved_study_is_plain_yaml(place):
    assert yaml.safe_load(place.path("study.yaml").read_text())["panel"]["observations"] == ["tiny"]
