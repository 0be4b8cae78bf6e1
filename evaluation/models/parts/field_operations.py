"""PyTensor operations around the field made of standard numbers: the kernels are in `field_given_counts.py`."""

from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_and_cache_key

from evaluation.models.parts.field_given_counts import KEY, field_made, field_made_gradient, standard_of

Array = np.ndarray


class FieldMade(Op):  # type: ignore[misc]
    """PyTensor operation around `field_made`; working counts are data."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `field_made`."""
        return Apply(self, _numbers(inputs), [pt.dtensor3(), pt.dscalar(), pt.dscalar()])

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        made = field_made(*(np.ascontiguousarray(one) for one in inputs))
        for place, value in zip(output_storage, made, strict=True):
            place[0] = np.asarray(value)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Gradient in the standard numbers, the mean, the scales and persistence."""
        by = [
            output.zeros_like() if isinstance(cotangent.type, DisconnectedType) else cotangent
            for output, cotangent in zip(outputs, cotangents, strict=True)
        ]
        found: Any = FieldMadeGradient()(*inputs, *by)
        return [found[0], found[1], found[2][:3], found[2][3], DisconnectedType()()]

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        """Working counts are data, never differentiated."""
        return [[True] * 3] * 4 + [[False] * 3]


class FieldMadeGradient(Op):  # type: ignore[misc]
    """PyTensor operation around `field_made_gradient`."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `field_made_gradient`."""
        return Apply(self, _numbers(inputs), [pt.dtensor3(), pt.dtensor3(), pt.dmatrix()])

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        arguments: list[Any] = [*(np.ascontiguousarray(one) for one in inputs[:6]), *map(float, inputs[6:])]
        found = field_made_gradient(*arguments)
        for place, value in zip(output_storage, found, strict=True):
            place[0] = value


class StandardOf(Op):  # type: ignore[misc]
    """PyTensor operation around `standard_of`."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `standard_of`."""
        return Apply(self, _numbers(inputs), [pt.dtensor3()])

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        output_storage[0][0] = standard_of(*(np.ascontiguousarray(one) for one in inputs))


def _numbers(inputs: Any) -> list[Any]:
    return [pt.as_tensor(one).astype("float64") for one in inputs]


@register_funcify_and_cache_key(FieldMade)  # type: ignore[untyped-decorator]
def _compiled(op: FieldMade, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def made(
        standard: Array, mean: Array, scales: Array, persistence: Array, working: Array
    ) -> tuple[Array, Array, Array]:
        field, density, jacobian = field_made(standard, mean, scales, persistence, working)
        return field, np.asarray(density), np.asarray(jacobian)

    return made, KEY


@register_funcify_and_cache_key(FieldMadeGradient)  # type: ignore[untyped-decorator]
def _compiled_gradient(op: FieldMadeGradient, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def gradient(
        standard: Array, mean: Array, scales: Array, persistence: Array, working: Array,
        by_field: Array, by_density: Array, by_jacobian: Array,
    ) -> tuple[Array, Array, Array]:  # fmt: skip
        return field_made_gradient(
            standard, mean, scales, persistence, working, by_field, by_density.item(), by_jacobian.item()
        )

    return gradient, KEY


@register_funcify_and_cache_key(StandardOf)  # type: ignore[untyped-decorator]
def _compiled_standard(op: StandardOf, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def standard(field: Array, mean: Array, scales: Array, persistence: Array, working: Array) -> Array:
        return standard_of(field, mean, scales, persistence, working)

    return standard, KEY
