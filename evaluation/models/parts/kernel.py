"""A numba kernel as a PyTensor operation.

What PyTensor would spell out in a dozen small operations, each compiled for itself, is one function here, compiled once
on a machine for every model that uses it.
"""

import inspect
import re
from hashlib import sha256
from typing import Any, ClassVar

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import register_funcify_and_cache_key
from pytensor.tensor.type import TensorType


class Kernel(Op):  # type: ignore[misc]
    """An operation whose numbers come from a compiled function of arrays; subclasses give their gradients.

    Attributes
    ----------
    compute
        The function, compiled by numba: arrays in, one array or a tuple of arrays out.
    below
        The compiled functions that it calls.
    gufunc_signature
        Dims of its inputs and outputs, as numpy writes them; an output's dims are those of the inputs.
    moved
        Places of the inputs that are differentiated; the others are data.
    read_only
        Places of the outputs that are given out to be read and have no gradient of their own.
    """

    __props__ = ()
    compute: ClassVar[Any]
    below: ClassVar[tuple[Any, ...]] = ()
    gufunc_signature: ClassVar[str]
    moved: ClassVar[tuple[int, ...]] = ()
    read_only: ClassVar[tuple[int, ...]] = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Take whole numbers as they are, and everything else in double precision."""
        arrays = [_number(one) for one in inputs]
        lengths = self._of_outputs([one.type.shape for one in arrays])
        return Apply(self, arrays, [TensorType("float64", shape)() for shape in lengths])

    def infer_shape(self, node: Apply, shapes: Any) -> list[Any]:
        """The lengths that the inputs have of the same dims."""
        return self._of_outputs(shapes)

    def _of_outputs(self, shapes: Any) -> list[tuple[Any, ...]]:
        given, made = (_dims(side) for side in self.gufunc_signature.split("->"))
        length: dict[str, Any] = {}
        for dims, shape in zip(given, shapes, strict=True):
            for dim, size in zip(dims, shape, strict=True):
                length[dim] = size if length.get(dim) is None else length[dim]
        return [tuple(length[dim] for dim in dims) for dims in made]

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        found = self.compute(*(np.asarray(one, order="C") for one in inputs))
        for place, value in zip(output_storage, found if isinstance(found, tuple) else (found,), strict=True):
            place[0] = value

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        """Data are never differentiated."""
        return [[place in self.moved] * len(node.outputs) for place in range(len(node.inputs))]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Gradient in every input, of a scalar whose gradients in the outputs are `cotangents`."""
        asked = [not isinstance(cotangent.type, DisconnectedType) for cotangent in cotangents]
        if any(asked[place] for place in self.read_only):
            raise NotImplementedError(f"{type(self).__name__}: outputs {self.read_only} have no gradient")
        by = [
            cotangents[place] if asked[place] else outputs[place].zeros_like()
            for place in range(len(outputs))
            if place not in self.read_only
        ]
        found = dict(zip(self.moved, self.slopes(inputs, outputs, by), strict=True))
        return [found.get(place, DisconnectedType()()) for place in range(len(inputs))]

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """Gradients in the inputs that are `moved`; `by` is that in the outputs that are not `read_only`."""
        raise NotImplementedError(f"{type(self).__name__} has no gradient")


def _number(one: Any) -> Any:
    array = pt.as_tensor(one)
    return array if array.type.dtype.startswith(("int", "uint")) else array.astype("float64")


def _dims(side: str) -> list[tuple[str, ...]]:
    return [tuple(filter(None, dims.split(","))) for dims in re.findall(r"\(([^)]*)\)", side)]


@register_funcify_and_cache_key(Kernel)  # type: ignore[untyped-decorator]
def _compiled(op: Kernel, **_: Any) -> tuple[Any, str]:
    # The kernels' own text is in the key, so that a changed kernel is never served from an old cache.
    text = "".join(inspect.getsource(one.py_func) for one in (op.compute, *op.below))
    return op.compute, sha256(text.encode()).hexdigest()
