"""PyTensor operations around the field made of standard numbers: the kernels are in `field_given_counts.py`."""

from typing import Any

from evaluation.models.parts import field_given_counts as kernels
from evaluation.models.parts.kernel import Kernel

_MAKING = (kernels._filter, kernels._make, kernels._series_made)


class FieldMade(Kernel):
    """`field_made`: the field, its log density and its volume; working counts are data."""

    compute = staticmethod(kernels.field_made)
    below = _MAKING
    gufunc_signature = "(k,u,t),(k,u,t),(s,k),(k),(k,t,w,u)->(k,u,t),(),()"
    moved = (0, 1, 2, 3)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """As `field_made_gradient`."""
        found: Any = FieldMadeGradient()(*inputs, *by)
        return list(found)


class FieldMadeGradient(Kernel):
    """`field_made_gradient`."""

    compute = staticmethod(kernels.field_made_gradient)
    below = (*_MAKING, kernels._make_gradient, kernels._filter_gradient)
    gufunc_signature = "(k,u,t),(k,u,t),(s,k),(k),(k,t,w,u),(k,u,t),(),()->(k,u,t),(k,u,t),(s,k),(k)"


class StandardOf(Kernel):
    """`standard_of`."""

    compute = staticmethod(kernels.standard_of)
    below = (kernels._filter,)
    gufunc_signature = "(k,u,t),(k,u,t),(s,k),(k),(k,t,w,u)->(k,u,t)"
