"""The entry from the sampler into a compiled density, kept on the disk like the density itself.

nutpie calls a density through a C function that unpacks the data from pointers. It builds that function anew in every
process: half a minute of compiling, however warm the caches are, because its text differs each time (random names of
the data). Written out plainly, with the data by their place, the same function is the same text in every process, and
numba keeps it. The key is that of the density's own machine code, so a changed model never meets an old entry.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock
from typing import Any

import numba
import numpy as np
import nutpie
import nutpie.compile_pymc as below
import pymc as pm
import pytensor
from pytensor.link.numba.cache import CACHED_SRC_FUNCTIONS, compile_numba_function_src

# With fast math, what a sum rounds to depends on whether a function was compiled just now or came from the disk, and
# the same seed would not give the same draws in the next process. For every function of this process: they share parts.
pytensor.config.numba__fastmath = False

MOST_ARGUMENTS = 30  # of a call that Python compiles as one; beyond, as a list made into a tuple
_PATCHING = Lock()

_DENSITY = """
def density(dim, x_, gradient_, value_, user_data_):
    if dim != {dims}:
        return -1
    try:
        x = carray(x_, ({dims},))
        gradient = carray(gradient_, ({dims},))
        value = carray(value_, (1,))
{unpack}
        found, slope = inner({arguments})
        value[0] = found[()]
        for i in range({dims}):
            gradient[i] = slope[i]
        for i in range({dims}):
            if not isfinite(slope[i]):
                return 3
        if not isfinite(value[0]):
            return 4
    except Exception:
        return 1
    return 0
"""

_EXPANSION = """
def expansion(dim, expanded, x_, out_, user_data_):
    if dim != {dims} or expanded != {expanded}:
        return -1
    try:
        x = carray(x_, ({dims},))
        out = carray(out_, ({expanded},))
{unpack}
        (values,) = inner({arguments})
        for i in range({expanded}):
            out[i] = values[i]
    except Exception:
        return -2
    return 0
"""


def compile_density(model: pm.Model, names: list[str]) -> Any:
    """The compiled model as nutpie takes it, storing the variables `names`; quick where it was compiled before."""
    with _entries_kept():
        return nutpie.compile_pymc_model(model, var_names=names, cache=True)


@contextmanager
def _entries_kept() -> Iterator[None]:
    """Let nutpie work with our entries in place of its own."""
    with _PATCHING:
        theirs = below._make_c_logp_func, below._make_c_expand_func
        below._make_c_logp_func, below._make_c_expand_func = _density_entry, _expansion_entry
        try:
            yield
        finally:
            below._make_c_logp_func, below._make_c_expand_func = theirs


def _density_entry(dims: int, inner: Any, user_data: Any, keys: list[str], data: dict[str, Any]) -> tuple[Any, Any]:
    number, word = numba.types.CPointer(numba.types.double), numba.types.uint64
    signature = numba.types.int64(word, number, number, number, numba.types.voidptr)
    return _entry("density", _DENSITY, inner, keys, data, dims=dims), signature


def _expansion_entry(
    dims: int, expanded: int, inner: Any, user_data: Any, keys: list[str], data: dict[str, Any]
) -> tuple[Any, Any]:
    number, word = numba.types.CPointer(numba.types.double), numba.types.uint64
    signature = numba.types.int64(word, word, number, number, numba.types.voidptr)
    return _entry("expansion", _EXPANSION, inner, keys, data, dims=dims, expanded=expanded), signature


def _entry(
    name: str, template: str, inner: Any, keys: list[str], data: dict[str, Any], **sizes: int
) -> Callable[..., Any]:
    """The Python function numba compiles; `keys` are the data this function needs, of all there are, in order."""
    place = {key: number for number, key in enumerate(data)}
    arguments = handed_over(["x", *(f"data{place[key]}" for key in keys)])
    lines = "\n".join(f"        {line}" for line in _unpacking([place[key] for key in keys], list(data.values())))
    text = template.format(unpack=lines, arguments=arguments, **sizes)
    kept = CACHED_SRC_FUNCTIONS.get(inner.py_func)
    key = None if kept is None else sha256(f"{kept} {__name__} {text}".encode()).hexdigest()
    kinds = {str(array.dtype): array.dtype for array in data.values()} | {"uint64": np.dtype(np.uint64)}
    known = {
        "__name__": __name__,
        "inner": inner,
        "carray": numba.carray,
        "at": below.address_as_void_pointer,
        "isfinite": np.isfinite,
    }
    return compile_numba_function_src(text, name, known | kinds, cache_key=key)


def handed_over(names: list[str]) -> str:
    """Names as the arguments of a call; in tuples where Python would make a list of so many, which numba cannot read.

    >>> handed_over(["x", "data0"])
    'x, data0'
    """
    if len(names) <= MOST_ARGUMENTS:
        return ", ".join(names)
    parts = [names[begin : begin + MOST_ARGUMENTS] for begin in range(0, len(names), MOST_ARGUMENTS)]
    return f"*({' + '.join(f'({", ".join(part)},)' for part in parts)})"


def _unpacking(wanted: list[int], arrays: list[np.ndarray]) -> list[str]:
    """Lines that make arrays of what nutpie hands over: 64-bit words, addresses first, then sizes, then shapes."""
    count = len(arrays)
    starts = np.cumsum([2 * count, *(array.ndim for array in arrays)])
    lines = [f"words = carray(user_data_, ({int(starts[-1])},), uint64)"] if wanted else []
    for number in wanted:
        shape = "".join(f"int(words[{starts[number] + dim}]), " for dim in range(arrays[number].ndim))
        lines.append(f"data{number} = carray(at(words[{number}]), ({shape}), {arrays[number].dtype})")
    return lines
