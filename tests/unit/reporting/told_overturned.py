"""What would overturn the answer, from the details of findings: trends, weights, a hidden cause, other models."""

import re

import numpy as np

from evaluation.terms import Finding
from tests.unit.reporting.number_words import NONE, ends_of, finite, places, sentence, share, signed, statistic
from tests.unit.reporting.told import Drawn, Told
from tests.unit.reporting.told_changes import Changes


def last_of(changes: Changes, check: str) -> Finding | None:
    """The last finding of a check, if it was run."""
    return next((one for one in reversed(changes.evidence.findings) if one.check == check), None)


def tell_overturned(told: Told, changes: Changes) -> None:
    """Trends that part, other weights, a cause nobody sees, other models."""
    told.say("checks", "How the 95 % interval", "median and 95 % interval", "95 % interval", "The 95 % interval")
    for check, tell in (("breakdown", _tell_trends), ("power_scaling", _tell_weights), ("hidden_cause", _tell_hidden)):
        if seen := last_of(changes, check):
            tell(told, changes, seen)
    if seen := last_of(changes, "model_choice"):
        _tell_models(told, changes, seen)


def _spanned(low: float, high: float, fine: int = 0) -> str:
    return f"{signed(low, fine)} to {signed(high, fine)} %"


def _tell_trends(told: Told, changes: Changes, seen: Finding) -> None:
    times = sorted(float(found[1]) for name in seen.details if (found := re.fullmatch(r"lower_at_([\d.]+)", name)))
    rows = [(one, seen.details[f"lower_at_{one:g}"], seen.details[f"upper_at_{one:g}"]) for one in times]
    if len(rows) < 2:
        return
    told.files["trends"] = [*rows]
    title = changes.titled("The answer, if trends part")
    says = f"{title}. 95 % interval if trends part after the law so many times as fast as before it. "
    says += " ".join(f"{statistic(one)} times: {_spanned(low, high, places(high - low))}." for one, low, high in rows)
    until = seen.statistic
    first = "" if until is None else f"{statistic(round(until, 2))} times"
    says += f" It first holds no change at {first}." if first else ""
    inside = until is not None and times[0] < until < times[-1]
    told.pictures["checks", title] = Drawn(says, (f"{first}: holds no change",) if inside else ())


def _tell_weights(told: Told, changes: Changes, seen: Finding) -> None:
    series: dict[str, dict[float, tuple[float, float, float]]] = {"prior": {}, "data": {}}
    for name in seen.details:
        if found := re.fullmatch(r"(prior|data)_median_at_([\d.]+)", name):
            of, power = found.groups()
            ends = [seen.details.get(f"{of}_{end}_at_{power}") for end in ("lower", "median", "upper")]
            if all(end is not None for end in ends):
                series[of][float(power)] = tuple(float(end) for end in ends if end is not None)
    series = {of: dict(sorted(found.items())) for of, found in series.items() if len(found) > 1 and 1.0 in found}
    if not series:
        return
    title = changes.titled("The answer, by the weight of prior and data")
    rows = [[None, *_weighed(one)] for found in series.values() for one in found.values()]
    for row, power in zip(rows, (power for found in series.values() for power in found), strict=True):
        row[0] = sentence("as it does" if power == 1 else _as_much(power))
    told.tables["checks", "The answer by the weight of each"] = rows
    told.files["weights"] = [(of, power, *one) for of, found in series.items() for power, one in found.items()]
    as_it_is = next(iter(series.values()))[1.0]
    of_what = {"prior": "what was believed beforehand", "data": "what the data say"}
    says = f"{title}: median and 95 % interval. As it is: {_inline(as_it_is)}."
    said = "The answer is {} (95 % interval {}).".format(*_weighed(as_it_is))
    for of, found in series.items():
        told_of = "; ".join(f"{_as_much(power)}, {_inline(one)}" for power, one in found.items() if power != 1)
        says += f" Had {of_what[of]} counted {told_of}."
        ends = [power for power in (min(found), max(found)) if power != 1]
        counted = "; ".join(f"{'only ' * (k < 1)}{_as_much(k)}, it would be {_inline(found[k])}" for k in ends)
        said += f" If {of_what[of]} had counted {counted}."
    tips = [_inline(one) for found in series.values() for power, one in found.items() if power != 1]
    told.pictures["checks", title] = Drawn(says, (), (*tips, _inline(as_it_is)))
    told.say("checks", said)


def _as_much(power: float) -> str:
    return {0.5: "half as much", 2.0: "twice as much"}.get(power, f"{statistic(power)} times as much")


def _weighed(one: tuple[float, float, float]) -> tuple[str, str]:
    fine = places(one[2] - one[0])
    return f"{signed(one[1], fine)} %", _spanned(one[0], one[2], fine)


def _inline(one: tuple[float, float, float]) -> str:
    return "{} ({})".format(*_weighed(one))


def _tell_hidden(told: Told, changes: Changes, seen: Finding) -> None:
    shares = [one for one in (10, 25, 50, 100) if f"median_ratio_at_{one}" in seen.details]
    told.tables["checks", "How strong, and how unequal"] = [
        [f"{one} % of the adopters more than of the others",
         *(_ratio(seen.details.get(f"{of}_ratio_at_{one}")) for of in ("interval", "median"))]
        for one in shares
    ]  # fmt: skip


def _ratio(value: float | None) -> str:
    return NONE if value is None or not np.isfinite(value) else f"{signed(100 * (value - 1), 0)} %"


def _tell_models(told: Told, changes: Changes, seen: Finding) -> None:
    variants, rows = changes.evidence.variants, []
    names = (
        [] if variants is None else [str(one) for one in variants["variant"].values if str(one).startswith("model:")]
    )
    for variant in names:
        name, one = variant.partition(":")[2], variants.sel(variant=variant)
        draws = finite(one["percent"].sel(quantity="overall").values)
        if draws.size:
            low, middle, high = ends_of(draws, 0.95)
            weight = seen.details.get(f"loo_weight_{name}", seen.details.get(f"future_weight_{name}"))
            called = "This study's own" if name == "main" else sentence(str(one["says"].item()))
            ahead = [_ahead(seen, of, name) for of in ("loo", "future")]
            rows.append([called, *_weighed((low, middle, high)), *ahead, share(weight)])
    told.tables["checks", "What other models of the same data"] = rows
    if "stacked_percent" in seen.details:
        ends = tuple(seen.details[f"stacked_{end}"] for end in ("lower", "percent", "upper"))
        told.say("checks", f"With them, the answer is {_inline(ends)}.")


def _ahead(seen: Finding, of: str, name: str) -> str:
    value, error = seen.details.get(f"{of}_{name}"), seen.details.get(f"{of}_error_{name}")
    if name == "main" or value is None or error is None:
        return NONE
    return f"{value:+.1f} ± {error:.1f}".replace("-", "−")
