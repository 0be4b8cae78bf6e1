"""Many fits of one compiled model: the same numbers in any order, on any workers; what fails stays in the table."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import numpy as np
import pytest
import xarray as xr

from evaluation.inference.compiled import Compiled, build, compile_model, sample
from evaluation.inference.many import AHEAD, Base, Job, failed, many
from evaluation.inference.refit import Effort, Refit
from evaluation.inference.variants import Variant, variant
from evaluation.inference.workers import Pool
from evaluation.pipeline.many_fits import Shelf
from evaluation.pipeline.store import StoreError
from evaluation.terms.errors import EvidenceError
from evaluation.terms.study import Study
from evaluation.terms.workers import Workers
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel()
SHORT = Effort(draws=15, tune=25, chains=2, target_accept=0.8)
NAMES = ("prior:claimed", "suppressed:dropped", "breaks:off", "leads")


def other_adopters(study: Study, panel: xr.Dataset, order: tuple[int, ...]) -> tuple[Study, xr.Dataset]:
    """The same laws on other units: what a placebo is."""
    exposure, event = (panel[name].isel(unit=list(order)).values for name in ("exposure", "event_time"))
    dims = panel["exposure"].dims
    return study, panel.assign(exposure=(dims, exposure), event_time=(dims, event))


def other_profile(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    settings = {**study.model.settings, "drift_persistence": (9.0, 1.0)}
    return replace(study, model=replace(study.model, settings=settings)), panel


def impossible(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    exact = (panel["lower"] == panel["upper"]) & (panel["unit"] == "F")
    return study, panel.assign(lower=panel["lower"].where(~exact, -1.0), upper=panel["upper"].where(~exact, -1.0))


PLACEBO = Variant("the law in other units", partial(other_adopters, order=(3, 4, 2, 0, 1, 5)))


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_model(build(STUDY, PANEL))


@pytest.fixture(scope="module")
def found(compiled: Compiled) -> xr.Dataset:
    refits = {name: variant(name) for name in NAMES} | {"placebo": PLACEBO}
    return many(STUDY, PANEL, refits, SHORT, compiled=compiled, workers=Workers(count=1))


def test_a_refit_is_to_the_draw_what_a_fresh_build_gives(compiled: Compiled) -> None:
    study, panel = PLACEBO.apply(*variant("prior:claimed").apply(STUDY, PANEL))
    again = Refit.of(STUDY, PANEL, compiled).sample(study, panel, SHORT, seed=7).posterior
    fresh = compile_model(build(study, panel))
    drawn = sample(
        fresh, draws=15, tune=25, chains=2, target_accept=0.8, seed=7, progress=False
    )["posterior"]  # fmt: skip
    assert set(again.data_vars) == set(drawn.data_vars)
    for name in drawn.data_vars:
        np.testing.assert_array_equal(again[name].values, drawn[name].values)
    assert list(again["adoption"].values) == ["law:D", "law:E", "partial:C"]


@pytest.mark.parametrize("count", [2, 4])
def test_neither_order_nor_workers_change_a_digit(compiled: Compiled, found: xr.Dataset, count: int) -> None:
    names = [*reversed(NAMES)]
    again = many(
        STUDY, PANEL, {name: variant(name) for name in names}, SHORT, compiled=compiled, workers=Workers(count=count)
    )
    assert list(again["variant"].values) == names
    for name in names:
        np.testing.assert_array_equal(again["percent"].sel(variant=name), found["percent"].sel(variant=name))


def test_each_variant_has_its_numbers_and_how_well_they_were_drawn(found: xr.Dataset) -> None:
    assert found["percent"].dims == ("variant", "quantity", "sample")
    assert list(found["quantity"].values) == ["overall", "victims", "convicted", "labour"]
    assert np.isfinite(found["percent"]).all()
    assert np.isfinite(found["rhat_max"]).all()
    assert set(found["state"].values) == {"sampled"}
    assert found["lead_percent"].sel(variant="leads").notnull().all()
    assert str(found["says"].sel(variant="placebo").values) == "the law in other units"
    overall = found["percent"].sel(quantity="overall")
    assert not np.array_equal(overall.sel(variant="placebo"), overall.sel(variant="breaks:off"))


def test_a_fit_that_fails_stays_in_the_table_and_the_others_go_on(compiled: Compiled) -> None:
    refits = {"impossible": Variant("counts below zero", impossible), "breaks:off": variant("breaks:off")}
    table = many(STUDY, PANEL, refits, SHORT, compiled=compiled)
    assert list(table["state"].values) == ["failed", "sampled"]
    assert "no point to start from" in str(table["trouble"].values[0])
    assert table["percent"].sel(variant="impossible").isnull().all()
    assert table["percent"].sel(variant="breaks:off").notnull().all()


def test_what_changes_the_equations_is_reported_not_fitted(compiled: Compiled) -> None:
    table = many(
        STUDY, PANEL, {"other": Variant("another prior of the drift", other_profile)}, SHORT, compiled=compiled
    )
    assert "change the equations" in str(table["trouble"].values[0])


def test_other_shapes_are_refused_before_any_fit_all_of_them(compiled: Compiled) -> None:
    shorter = Variant("fewer years", lambda study, panel: (study, panel.isel(time=slice(0, 6))))
    fewer = Variant("fewer units", lambda study, panel: (study, panel.isel(unit=slice(0, 5))))
    refits = {"breaks:off": variant("breaks:off"), "shorter": shorter, "fewer": fewer}
    finished: list[str] = []
    with pytest.raises(EvidenceError) as refused:
        many(STUDY, PANEL, refits, SHORT, compiled=compiled, watch=lambda name, *_: finished.append(name))
    said = " ".join(str(problem) for problem in refused.value.problems)
    assert "number of times is 6, in the compiled model 7" in said
    assert "variant 'fewer'" in said
    assert not finished


def test_a_killed_batch_goes_on_where_it_stopped(compiled: Compiled, found: xr.Dataset) -> None:
    kept: dict[str, xr.Dataset] = {}
    refits = {name: variant(name) for name in NAMES}

    def killed(name: str, done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many(STUDY, PANEL, refits, SHORT, compiled=compiled, kept=kept, watch=killed, workers=Workers(count=1))
    before = set(kept)
    assert len(before) == 2
    fitted: list[str] = []
    again = many(STUDY, PANEL, refits, SHORT, compiled=compiled, kept=kept, watch=lambda name, *_: fitted.append(name))
    assert len(fitted) == len(NAMES) - 2
    xr.testing.assert_equal(again["percent"], found["percent"].sel(variant=list(NAMES)))


def test_a_disk_that_is_full_half_way_stops_the_batch_and_costs_no_finished_fit(
    compiled: Compiled, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource", reason="this system sets no limits on files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    refits = {name: variant(name) for name in NAMES}
    one = Workers(count=1)

    def fills(name: str, done: int, of: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))  # no room for another fit

    try:
        with pytest.raises(StoreError):
            many(STUDY, PANEL, refits, SHORT, compiled=compiled, kept=Shelf(tmp_path), watch=fills, workers=one)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(Shelf(tmp_path)) == 1
    assert len(list(tmp_path.iterdir())) == 1  # nothing half written
    fitted: list[str] = []
    many(
        STUDY, PANEL, refits, SHORT, compiled=compiled, kept=Shelf(tmp_path), watch=lambda name, *_: fitted.append(name)
    )
    assert len(fitted) == len(NAMES) - 1


def test_another_effort_or_panel_is_not_taken_for_what_is_kept(compiled: Compiled) -> None:
    kept: dict[str, xr.Dataset] = {}
    refits = {"breaks:off": variant("breaks:off")}
    many(STUDY, PANEL, refits, SHORT, compiled=compiled, kept=kept)
    many(STUDY, PANEL, refits, replace(SHORT, draws=16), compiled=compiled, kept=kept)
    assert len(kept) == 2


class Handing(ThreadPoolExecutor):
    """Notes what it was handed."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.handed: list[Future[Any]] = []

    def submit(self, *words: Any, **named: Any) -> Future[Any]:
        self.handed.append(super().submit(*words, **named))
        return self.handed[-1]


def handing(monkeypatch: pytest.MonkeyPatch, *at_once: int) -> Handing:
    """The workers of the next batch: as many at once as told, the last number from then on."""
    pool, told = Handing(at_once[0]), [*at_once]

    @contextmanager
    def opened(workers: Workers) -> Iterator[Pool]:
        with pool:
            yield Pool(pool, lambda: told.pop(0) if len(told) > 1 else told[0])

    monkeypatch.setattr("evaluation.inference.many.opened", opened)
    return pool


def unfitted(base: Base, job: Job, cores: int) -> xr.Dataset:
    return failed(job, ZeroDivisionError())


THIRTY = {f"again {number}": Variant("the same", lambda study, panel: (study, panel)) for number in range(30)}


def test_fits_are_handed_out_a_few_ahead_of_the_workers(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.inference.many.fit_one", unfitted)
    pool, ahead = handing(monkeypatch, 3), []
    table = many(
        STUDY, PANEL, THIRTY, SHORT, compiled=compiled, watch=lambda _, done, of: ahead.append(len(pool.handed) - done)
    )
    assert list(table["variant"].values) == list(THIRTY)
    assert len(pool.handed) == len(THIRTY)
    assert max(ahead) == AHEAD * 3 - 1  # one of those handed out is the one that has just come


def test_a_batch_that_is_stopped_has_little_to_take_back(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = Event()

    def second_waits(base: Base, job: Job, cores: int) -> xr.Dataset:
        assert job.name == "again 0" or go_on.wait(60)
        return unfitted(base, job, cores)

    def stopped(*_: object) -> None:
        go_on.set()
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluation.inference.many.fit_one", second_waits)
    pool = handing(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        many(STUDY, PANEL, THIRTY, SHORT, compiled=compiled, watch=stopped)
    assert len(pool.handed) == AHEAD
    assert all(future.done() for future in pool.handed)


def test_workers_that_come_later_are_given_fits(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, handed = handing(monkeypatch, 1, 4), []

    def until_four_have_theirs(base: Base, job: Job, cores: int) -> xr.Dataset:
        patience = iter(range(300))
        while len(pool.handed) < AHEAD * 4 and next(patience, None) is not None:
            sleep(0.01)
        return unfitted(base, job, cores)

    monkeypatch.setattr("evaluation.inference.many.fit_one", until_four_have_theirs)
    monkeypatch.setattr("evaluation.inference.many.LOOK_AGAIN", 0.01)
    many(STUDY, PANEL, THIRTY, SHORT, compiled=compiled, watch=lambda *_: handed.append(len(pool.handed)))
    assert handed[0] == AHEAD * 4
