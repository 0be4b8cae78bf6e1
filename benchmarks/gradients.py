"""A compiled density, called as the sampler calls it: through its C entry, with its data by address."""

import ctypes
import statistics
import time
from collections.abc import Callable

import numpy as np

from evaluation.inference.compiled import Compiled
from evaluation.terms.errors import EvidenceError, Problem

BATCH_SECONDS = 0.1  # long beside the clock and the interpreter, short beside what else a shared machine does
NUMBERS = ctypes.POINTER(ctypes.c_double)


class Gradient:
    """The log density and its gradient at `point`, (dims,): the value is returned, the gradient left in `slope`.

    Addresses are taken once, so that a call costs the interpreter about a microsecond.
    """

    def __init__(self, compiled: Compiled) -> None:
        density = compiled.density
        self._density = density  # holds the data that the entry reads
        self._entry = density.compiled_logp_func.ctypes
        self.dims = int(density.n_dim)
        self.point, self.slope, self._value = a_point(self.dims), np.empty(self.dims), np.empty(1)
        places = (array.ctypes.data_as(NUMBERS) for array in (self.point, self.slope, self._value))
        self._arguments = (self.dims, *places, ctypes.c_void_p(density.user_data.ctypes.data))

    def __call__(self) -> float:
        """The log density at `point`."""
        if failed := self._entry(*self._arguments):
            advice = "the density or its gradient is not finite there: take another point"
            raise EvidenceError(Problem(f"the density cannot be computed ({failed})", "benchmark", advice))
        return float(self._value[0])


def a_point(dims: int, seed: int = 1) -> np.ndarray:
    """A point like those that the sampler visits: of all but the scales, standard numbers."""
    return np.random.default_rng(seed).standard_normal(dims)


def calls_a_batch(call: Callable[[], object], seconds: float = BATCH_SECONDS) -> int:
    """How many calls take about `seconds`."""
    call()  # the first one may compile
    calls = 1
    while True:
        found = seconds_a_call(call, calls)
        if found * calls >= seconds / 4:
            return max(1, round(seconds / found))
        calls *= 4


def seconds_a_call(call: Callable[[], object], calls: int) -> float:
    """Mean over one batch of calls: seconds of the processor, which on a shared machine are not those of the clock."""
    began = time.thread_time()
    for _ in range(calls):
        call()
    return (time.thread_time() - began) / calls


def median_seconds(call: Callable[[], object], batches: int) -> float:
    """Median over batches of the time of one call."""
    calls = calls_a_batch(call)
    return statistics.median(seconds_a_call(call, calls) for _ in range(batches))
