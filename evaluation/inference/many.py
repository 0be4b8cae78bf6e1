"""Many fits: one compiled model on many data, in any order, on any number of workers, resumable.

    refits = {name: variant(name) for name in ("prior:sceptical", "breaks:off")}
    found = many(study, panel, refits, effort)

Every fit has a seed of its own, from the study and the variant's name, so neither their order nor the number of
workers changes a digit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from threading import RLock

import numpy as np
import xarray as xr

from evaluation.inference.compiled import Compiled
from evaluation.inference.integrated import ENGINE as INTEGRATED_OUT
from evaluation.inference.integrated import Headline, Integrated, NotProvenError, integrated_summary, one_thread
from evaluation.inference.pointwise import log_densities
from evaluation.inference.refit import ENGINE, Effort, Refit, parameter_rows, summary
from evaluation.inference.variants import Variant
from evaluation.inference.workers import cores_each, gone, opened, versions
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.observation import widest_interval
from evaluation.terms.errors import EvaluationError, EvidenceError, Problem, nearest
from evaluation.terms.study import ENGINES, INTEGRATED, Study
from evaluation.terms.workers import THREADS, Workers

SAMPLED, FAILED = "sampled", "failed"
AHEAD = 2  # fits handed out for each that is being made: no worker waits for its next, and few are held or cancelled
LOOK_AGAIN = 5.0  # seconds, after which workers that have come since are given theirs

Kept = MutableMapping[str, xr.Dataset]
Watch = Callable[[str, int, int], object]  # a fit is finished: its name, how many are, of how many


@dataclass(frozen=True, kw_only=True)
class Job:
    """One fit of a batch: everything a worker needs, free of anything compiled."""

    name: str
    says: str
    study: Study
    panel: xr.Dataset
    effort: Effort
    seed: int
    key: str  # what the result depends on: a finished fit is found again by it


def many(
    study: Study,
    panel: xr.Dataset,
    variants: Mapping[str, Variant],
    effort: Effort,
    *,
    workers: Workers | None = None,
    compiled: Compiled | None = None,
    headline: Headline | None = None,
    kept: Kept | None = None,
    watch: Watch | None = None,
) -> xr.Dataset:
    """Fit the study's model once for every variant.

    Parameters
    ----------
    variants
        By name: what changes in plan or panel, in words and as a function.
    workers
        Where the fits run; the cores of this machine by default.
    compiled
        The study's model on `panel`, where it has been compiled already.
    headline
        The study's own fit: what `effort.engine` "integrated" stands on.
    kept
        Finished fits, by key: those found here are not made again, and each new one is put here at once.
    watch
        Called after every fit.

    Returns
    -------
    `xr.Dataset` over `variant`, in the order asked for: `percent` (variant, quantity, sample), `rhat_max`, `ess_min`,
    `divergences`, `says`, `engine`, `engine_says` (what an integrated field rests on, or why it was NUTS after all),
    `state` ("sampled" or "failed") and `trouble` (why, for a failed one). A fit that fails stays, with no numbers.
    Whether a sampled one converged is for `rhat_max` and `ess_min` to say; of an integrated field, `pareto_k` and
    `points_worth`.

    Raises
    ------
    EvidenceError
        Before any fit: variants of another shape than the compiled model, every one of them listed. Half-way: the
        workers went away; the fits finished until then are in `kept`.
    """
    _refuse_what_is_missing(effort, headline)
    kept = {} if kept is None else kept
    jobs = [_job(name, variants[name], study, panel, effort, headline) for name in variants]
    _refuse_other_shapes(study, panel, jobs)
    done = {job.name: kept[job.key] for job in jobs if job.key in kept}
    todo = [job for job in jobs if job.name not in done]
    for job, result in _finished(Base(study, panel, headline), todo, workers or Workers(), compiled):
        done[job.name] = result
        if str(result["state"].values[0]) == SAMPLED:
            kept[job.key] = result
        if watch:
            watch(job.name, len(done), len(jobs))
    return _joined([done[job.name] for job in jobs])


def _refuse_what_is_missing(effort: Effort, headline: Headline | None) -> None:
    if effort.engine not in ENGINES:
        raise EvidenceError(
            Problem(f"no engine is called '{effort.engine}'", "effort.engine", nearest(effort.engine, ENGINES))
        )
    if effort.engine == INTEGRATED and headline is None:
        advice = "fit the study first and give its posterior: Headline.of(posterior, percent)"
        raise EvidenceError(Problem("the field is integrated out at scales of the study's fit", "headline", advice))


def _job(
    name: str, variant: Variant, study: Study, panel: xr.Dataset, effort: Effort, headline: Headline | None
) -> Job:
    read_study, read_panel = variant.apply(study, panel)
    seed = study.seed_for(f"fit {name}")
    points = () if headline is None or effort.engine != INTEGRATED else (headline.points,)
    basis = (name, study.model, study.question, panel, read_study.model, read_panel, effort, seed, versions(), *points)
    key = f"{_in_a_file_name(name)}-{_digest(*basis)}"
    return Job(
        name=name, says=variant.says, study=read_study, panel=read_panel, effort=effort, seed=seed, key=key
    )  # fmt: skip


def _in_a_file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)[:60]


def _digest(*parts: object) -> str:
    told = sha256()
    for part in parts:
        if not isinstance(part, xr.Dataset):
            told.update(repr(part).encode())
            continue
        for label in sorted([*part.data_vars, *part.coords], key=str):
            values = part[label].values
            told.update(f"{label} {part[label].dims} {values.shape}".encode())
            told.update(values.astype(str).tobytes() if values.dtype == object else values.tobytes())
        told.update(repr(sorted(part.attrs.items())).encode())
    return told.hexdigest()[:16]


def _refuse_other_shapes(study: Study, panel: xr.Dataset, jobs: Iterable[Job]) -> None:
    """What can be seen without building a model; each fit looks again, at the model itself."""
    base = _shape(panel)
    advice = "a refit keeps the shape of the compiled model: give it a study of its own"
    problems = [
        Problem(f"{dim} is {of_job[dim]:,}, in the compiled model {base[dim]:,}", f"variant '{job.name}'", advice)
        for job in jobs
        for of_job in [_shape(job.panel)]
        for dim in base
        if of_job[dim] != base[dim] and not (dim == "widest interval" and of_job[dim] < base[dim])
    ]
    if problems:
        raise EvidenceError(problems)


def _shape(panel: xr.Dataset) -> dict[str, int]:
    dims = ("indicator", "unit", "time", "intervention", "break", "covariate")
    return {f"number of {dim}s": int(panel.sizes.get(dim, 0)) for dim in dims} | {
        "number of adoptions": len(adoptions_of(panel)),
        "number of regions": len(np.unique(panel["region"].values.astype(str))),
        "widest interval": widest_interval(panel),
    }


@dataclass(frozen=True)
class Base:
    """What the model is compiled on, in each process that makes fits."""

    study: Study
    panel: xr.Dataset
    headline: Headline | None = None

    @property
    def key(self) -> str:
        """The same for the same model, panel and question."""
        return _digest(self.study.model, self.study.question, self.panel)


def _finished(
    base: Base, jobs: list[Job], workers: Workers, compiled: Compiled | None
) -> Iterator[tuple[Job, xr.Dataset]]:
    """Each job and its result, as they come."""
    if not jobs:
        return
    if workers.kind == THREADS:
        _forget()  # of a study before this one: a compiled model holds a good part of a gigabyte
        if compiled or any(job.effort.engine != INTEGRATED for job in jobs):
            try:
                _CACHE[base.key] = Refit.of(base.study, base.panel, compiled)
            except Exception as error:  # a model that cannot be built fails each of its fits, and none of another's
                yield from ((job, failed(job, error)) for job in jobs)
                return
    # fits that run side by side in one process must find the number of threads as it is while any of them runs
    together = one_thread() if base.headline else nullcontext()
    with together, opened(workers) as pool:
        waiting, handed_out = iter(jobs), dict[Future[xr.Dataset], Job]()
        try:
            while True:
                for job in islice(waiting, max(0, AHEAD * pool.at_once() - len(handed_out))):
                    handed_out[pool.executor.submit(fit_one, base, job, cores_each(workers))] = job
                if not handed_out:
                    return
                for future in wait(handed_out, LOOK_AGAIN, FIRST_COMPLETED).done:
                    job = handed_out.pop(future)
                    yield job, _result_of(future, job)
        except gone() as error:
            advice = "start the workers and run again: finished fits are kept"
            raise EvidenceError(Problem(f"the workers went away: {error}", "many fits", advice)) from error
        finally:
            for future in handed_out:
                future.cancel()


def _result_of(future: "Future[xr.Dataset]", job: Job) -> xr.Dataset:
    try:
        return future.result()
    except gone():
        raise
    except Exception as error:  # a fit that fails is reported as such, and the others go on
        return failed(job, error)


def failed(job: Job, error: BaseException) -> xr.Dataset:
    """The row of a fit that gave no numbers, and why."""
    why = str(error) if isinstance(error, EvaluationError) else f"{type(error).__name__}: {error}"
    quantity = np.array(["overall", *job.panel["indicator"].values.astype(str)])
    samples = job.effort.chains * job.effort.draws
    coords = {"variant": [job.name], "quantity": quantity, "sample": np.arange(samples)}
    empty = np.full((1, len(quantity), samples), np.nan)
    row = xr.Dataset({"percent": (("variant", "quantity", "sample"), empty)}, coords=coords)
    for label in ("rhat_max", "ess_min", "divergences"):
        row[label] = ("variant", [np.nan])
    return _stated(row.assign(says=("variant", [job.says]), engine_says=("variant", [""])), FAILED, why)


_CACHE: dict[str, Refit] = {}
_ENGINES: dict[str, Integrated | str] = {}  # or why there is none
_COMPILING = RLock()


def _forget() -> None:
    _CACHE.clear()
    _ENGINES.clear()


def fit_one(base: Base, job: Job, cores: int) -> xr.Dataset:
    """What a worker does: one fit, of a model it compiles the first time and keeps."""
    try:
        why = ""
        if job.effort.engine == INTEGRATED:
            try:
                return _integrated_out(base, job)
            except NotProvenError as error:
                why = str(error)
        drawn = _refit_of(base).sample(job.study, job.panel, job.effort, seed=job.seed, cores=cores)
        row = summary(drawn, job.name, job.says)
        if job.effort.parameters:
            row = row.merge(parameter_rows(drawn, job.name))
        if job.effort.densities:
            row = row.merge(log_densities(drawn, base.panel, job.name))
        return sampled(row, why=why)
    except EvidenceError as error:
        return failed(job, error)


def _refit_of(base: Base) -> Refit:
    with _COMPILING:
        if base.key not in _CACHE:
            _CACHE.clear()
            _CACHE[base.key] = Refit.of(base.study, base.panel)
        return _CACHE[base.key]


def _integrated_out(base: Base, job: Job) -> xr.Dataset:
    """The row of a fit with the field integrated out, where that proves itself."""
    assert base.headline is not None  # refused before
    with _COMPILING:
        key = _digest(base.key, base.headline.points)
        if key not in _ENGINES:
            _ENGINES.clear()
            try:
                _ENGINES[key] = Integrated(base.study, base.panel, base.headline)
            except (NotProvenError, EvidenceError) as error:
                _ENGINES[key] = str(error)
        engine = _ENGINES[key]
    if isinstance(engine, str):
        raise NotProvenError(engine)
    try:
        found = engine.sample(job.study, job.panel, job.effort, seed=job.seed)
    except np.linalg.LinAlgError as error:
        raise NotProvenError(f"its linear algebra broke down: {error}") from error
    row = integrated_summary(*found, job.name, job.says)
    if np.isnan(row["percent"].sel(quantity="overall")).any():
        raise NotProvenError("it gave draws that are no numbers")
    return sampled(row, engine=INTEGRATED_OUT, why=engine.says(found[1]))


def sampled(row: xr.Dataset, *, engine: str = ENGINE, why: str = "") -> xr.Dataset:
    """The row of a fit that gave numbers; `why` this engine: what its answer rests on, or why it is not another."""
    return _stated(row.assign(engine_says=("variant", [why])), SAMPLED, "", engine)


def _stated(row: xr.Dataset, state: str, trouble: str, engine: str = ENGINE) -> xr.Dataset:
    return row.assign(state=("variant", [state]), trouble=("variant", [trouble]), engine=("variant", [engine]))


def _joined(rows: list[xr.Dataset]) -> xr.Dataset:
    return xr.concat(rows, dim="variant", join="outer") if rows else xr.Dataset()
