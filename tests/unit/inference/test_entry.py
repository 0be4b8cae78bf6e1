"""The entry from the sampler into a density: as many data as a model has."""

import numba
import pytest

from evaluation.inference.entry import handed_over


@pytest.mark.parametrize("count", [3, 25, 26, 31, 60])
def test_a_call_may_have_any_number_of_arguments(count: int) -> None:
    names = [f"a{number}" for number in range(count)]
    known: dict[str, object] = {}
    exec(f"def total({', '.join(names)}):\n    return {' + '.join(names)}", known)
    inner = numba.njit(known["total"])
    text = f"def entry(one):\n    {' = '.join(names)} = one\n    return inner({handed_over(names)})"
    exec(text, known | {"inner": inner}, made := {})  # type: ignore[var-annotated]
    assert numba.njit(made["entry"])(2.0) == 2.0 * count
