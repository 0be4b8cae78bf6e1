"""The fast diagnostics are ArviZ's, to the last digits."""

import numpy as np
import pytest
from arviz_stats.base import array_stats

from evaluation.inference.diagnostics import bulk_ess, split_rhat, tail_ess


def chains(memory: float, shape: tuple[int, int, int]) -> np.ndarray:
    draws = np.random.default_rng(3).normal(size=shape)
    for step in range(1, shape[-1]):
        draws[..., step] += memory * draws[..., step - 1]
    return draws


@pytest.mark.parametrize("shape", [(6, 4, 200), (6, 2, 101), (6, 4, 7)], ids=str)
@pytest.mark.parametrize("memory", [-0.7, 0.0, 0.9, 1.0])
def test_same_as_arviz(memory: float, shape: tuple[int, int, int]) -> None:
    draws = chains(memory, shape)
    np.testing.assert_allclose(split_rhat(draws), array_stats.rhat(draws), rtol=1e-9)
    np.testing.assert_allclose(bulk_ess(draws), array_stats.ess(draws), rtol=1e-9)
    np.testing.assert_allclose(tail_ess(draws), array_stats.ess(draws, method="tail", prob=0.05), rtol=1e-9)


def test_tied_draws_share_their_ranks_as_in_arviz() -> None:
    draws = np.random.default_rng(4).poisson(2.0, size=(5, 4, 150)).astype(float)
    np.testing.assert_allclose(split_rhat(draws), array_stats.rhat(draws), rtol=1e-9)
    np.testing.assert_allclose(bulk_ess(draws), array_stats.ess(draws), rtol=1e-9)


def test_more_quantities_than_one_chunk_keep_their_order() -> None:
    draws = np.random.default_rng(5).normal(size=(600, 2, 20))
    draws[451, 0] += 5
    assert split_rhat(draws).argmax() == 451
    assert len(bulk_ess(draws)) == 600
