"""The tables of peers.py: the rows of one, and what benchmarks/README.md says around it."""

from collections.abc import Iterator
from typing import Any

# Medians over the pairs; times with empty caches have rows of their own.
ROWS = {
    "compile_seconds": ("compile, s", ".1f"),
    "sampling_seconds": ("tuning and sampling, s", ".1f"),
    "own_seconds": ("the same by the sampler's own clock, s", ".1f"),
    "effect_seconds": ("effect from the draws, s", ".1f"),
    "ess": ("ESS of the effect", ",.0f"),
    "rhat": ("R-hat of the effect", ".3f"),
    "divergences": ("divergences", ".0f"),
    "mean": ("effect, log rate ratio", ".3f"),
    "sd": ("its standard deviation", ".3f"),
    "ess_per_second": ("ESS/s of the effect", ",.0f"),
    "whole_seconds": ("whole process, with caches, s", ".1f"),
    "processor_seconds": ("processor time of that, s", ".1f"),
    "ess_per_processor_second": ("ESS of the effect per second of it", ",.0f"),
}
WITH_CACHES = ("whole_seconds", "processor_seconds", "ess_per_processor_second")  # left out where there was no such run
FIRST = {
    "whole_seconds": "whole process, empty caches, s",
    "processor_seconds": "processor time of that, with compilers, s",
}
Result = dict[str, Any]


def cells_of(result: Result) -> Iterator[tuple[str, str, str, str]]:
    """What a row says, ours, the peer's, and how many times better ours is."""
    ours, peer, ratio = result["median"]["ours"], result["median"]["peer"], result["ratio"]
    for name, (says, form) in ROWS.items():
        if name in peer and (_pairs_with_caches(result) or name not in WITH_CACHES):
            values = (f"{side[name]:{form}}" if name in side else "" for side in (ours, peer))
            yield says, *values, _times(ratio.get(name))
    for name, says in FIRST.items():
        seconds = (f"{result['first'][side][name]:.1f}" for side in ("ours", "peer"))
        yield says, *seconds, _times(ratio[f"first_{name}"])


def _pairs_with_caches(result: Result) -> int:
    return 0 if result["pairs"] == [result["first"]] else len(result["pairs"])


def _times(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio:,.0f}" if ratio >= 20 else f"{ratio:.1f}"


def lines_of(result: Result, machine: str) -> Iterator[str]:
    """The section of benchmarks/README.md."""
    versions = ", ".join(f"{name} {version}" for name, version in result["peer_versions"].items())
    number = _pairs_with_caches(result)
    pairs = (
        f"medians of {number} pairs with caches" if number > 1 else f"one pair with {'' if number else 'empty '}caches"
    )
    yield f"\n### Beside {result['peer']}: `{result['command']}`\n"
    yield f"Panel `{result['panel']}`, {result['chains']} chains x {result['draws']:,} draws; {pairs}. {machine}"
    yield f"The peer: {versions}.\n"
    yield f"| | ours | {result['peer']} | ours better, times |\n| --- | ---: | ---: | ---: |"
    for says, ours, peer, times in cells_of(result):
        yield f"| {says} | {ours} | {peer} | {f'**{times}**' if times else ''} |"
    yield ""
    yield _agreement(result["agreement"]) if "agreement" in result else DIFFERENT


DIFFERENT = (
    "The likelihoods differ (counts; Gaussian on log rates): compare the ESS/s and the times, not the effects.\n"
    "CausalPy's is a linear regression; ours has a serially correlated rate and noise for every cell."
)


def _agreement(found: dict[str, float]) -> str:
    verdict = "agree" if found["errors_apart"] <= 2 else "DO NOT AGREE"
    return (
        f"The same model: over all runs, mean {found['ours_mean']:.4f} and {found['peer_mean']:.4f}, sd "
        f"{found['ours_sd']:.4f} and {found['peer_sd']:.4f};\nthe means lie {found['errors_apart']:.1f} Monte Carlo "
        f"standard errors ({found['error']:.4f}) apart: they {verdict} (limit 2)."
    )
