"""Every scale of a model in one vector: one variable to sample and to differentiate, each entry with its name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pymc.distributions.transforms import Transform

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class ScaleBlock:
    """A family of scales: half-normal priors of one width, one scale for each label."""

    name: str
    prior_sd: float
    labels: tuple[str, ...]  # the indicators, or ("",) for a single scale
    dim: str = "indicator"  # what the labels are of

    @property
    def entries(self) -> tuple[str, ...]:
        """Names of the entries in the vector."""
        return tuple(f"{self.name}[{label}]" if label else self.name for label in self.labels)


@dataclass(frozen=True)
class Scales:
    """The vector `scale` and where each block lies in it."""

    vector: Tensor
    start: dict[str, int]
    size: dict[str, int]

    def __getitem__(self, name: str) -> Tensor:
        """The scales of one block, (label,)."""
        return self.vector[self.start[name] : self.start[name] + self.size[name]]

    def rows(self, *names: str) -> Tensor:
        """Blocks that follow one another, (block, label)."""
        first, length = self.start[names[0]], self.size[names[0]]
        expected = [first + length * place for place in range(len(names))]
        if [self.start[name] for name in names] != expected:
            raise ValueError(f"the blocks {', '.join(names)} do not follow one another")
        return self.vector[first : first + length * len(names)].reshape((len(names), length))

    def __contains__(self, name: str) -> bool:
        return name in self.start


def draw_scales(blocks: Sequence[ScaleBlock]) -> Scales:
    """Draw all scales as one half-normal vector with dim `scale_name`, and state each block under its own name."""
    entries = [entry for block in blocks for entry in block.entries]
    width = np.concatenate([np.full(len(block.labels), block.prior_sd) for block in blocks])
    pm.modelcontext(None).add_coord("scale_name", entries)
    prior_sd = pm.Data("scale_prior_sd", width, dims="scale_name")
    vector = pm.HalfNormal("scale", prior_sd, dims="scale_name", default_transform=AlmostItself())
    ends = np.cumsum([len(block.labels) for block in blocks])
    start = {block.name: int(end) - len(block.labels) for block, end in zip(blocks, ends, strict=True)}
    scales = Scales(vector, start, {block.name: len(block.labels) for block in blocks})
    for block in blocks:
        dims = (block.dim,) if len(block.labels) > 1 or block.labels[0] else None
        pm.Deterministic(block.name, scales[block.name] if dims else scales[block.name][0], dims=dims)
    return scales


SMALL = 0.1  # of the width of its prior: below it, a scale makes no difference that the data could tell from none


class AlmostItself(Transform):  # type: ignore[misc]
    """What the sampler moves: the scale itself, bent so that it cannot become negative where it is small.

    A logarithm has a long tail where the data cannot tell a small scale from none: the sampler's steps, fitted to the
    tail, are too wide for the rest.
    """

    name = "almost_itself"

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From scales to the real line."""
        ratio = value / (SMALL * inputs[-1])
        return ratio + pt.log1mexp(-ratio)

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From the real line to scales: log(1 + e^x)."""
        return SMALL * inputs[-1] * pt.softplus(value)

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """Of each scale."""
        return pt.log(SMALL * inputs[-1]) - pt.softplus(-value)
