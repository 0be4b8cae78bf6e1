"""Gradients of an operation against finite differences of its own numbers."""

from collections.abc import Sequence

import numpy as np
import pytensor
import pytensor.tensor as pt

from evaluation.models.parts.kernel import Kernel

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")


def assert_slopes(kernel: Kernel, inputs: Sequence[np.ndarray], seed: int = 1) -> None:
    """Every gradient of a random scalar of the outputs, along a random direction of each input that is moved."""
    rng = np.random.default_rng(seed)
    made = kernel.compute(*inputs)
    made = made if isinstance(made, tuple) else (made,)
    weights = [None if place in kernel.read_only else rng.normal(size=np.shape(one)) for place, one in enumerate(made)]

    def scalar(*at: np.ndarray) -> float:
        found = kernel.compute(*at)
        found = found if isinstance(found, tuple) else (found,)
        return sum(
            float((weight * one).sum()) for weight, one in zip(weights, found, strict=True) if weight is not None
        )

    variables = [pt.as_tensor(one).type() for one in inputs]
    outputs = kernel(*variables, return_list=True)
    total = sum((weight * one).sum() for weight, one in zip(weights, outputs, strict=True) if weight is not None)
    gradients = pytensor.function(
        variables, pytensor.grad(total, [variables[place] for place in kernel.moved]), mode=MODE,
        on_unused_input="ignore",
    )(*inputs)  # fmt: skip
    for place, gradient in zip(kernel.moved, gradients, strict=True):
        direction = rng.normal(size=inputs[place].shape)
        ends = [
            scalar(*(one + sign * 1e-6 * direction if n == place else one for n, one in enumerate(inputs)))
            for sign in (1, -1)
        ]
        assert gradient.shape == inputs[place].shape
        np.testing.assert_allclose(
            (gradient * direction).sum(), (ends[0] - ends[1]) / 2e-6, rtol=1e-5, atol=1e-6, err_msg=f"input {place}"
        )
