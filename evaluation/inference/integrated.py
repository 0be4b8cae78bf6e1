"""Refits with the latent field integrated out: seconds on one core, where it proves itself.

Given the scales and the persistence, everything else of the model is Gaussian under counts whose log likelihood is
concave; a Gaussian at the mode stands in for it (`mode.py`). The scales are not searched anew: those that NUTS drew for
the headline are the design, and for another reading of the data each is weighed by the ratio of its two marginal
likelihoods, in which most of the error of the approximation cancels. Pareto k and what the points are worth together
say when that fails (Vehtari, Simpson, Gelman, Yao and Gabry 2024, JMLR 25), and before any variant the headline itself
is answered this way and held against NUTS. What does not pass is not given out: see `NotProvenError`.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from arviz_stats.base import array_stats
from threadpoolctl import threadpool_limits

from evaluation.inference.compiled import build, data_of
from evaluation.inference.effect import Meter
from evaluation.inference.left_out import field_covariances
from evaluation.inference.linear import Layout, Linear
from evaluation.inference.mode import Counts, Mode, draw, find_mode
from evaluation.inference.refit import Drawn, Effort, Equations, as_wide_as, summary
from evaluation.models.book import get_model
from evaluation.terms.panel import CELL
from evaluation.terms.study import Study

ENGINE = "field integrated out"
POINTS = 100
HYPER = ("scale", "drift_persistence")  # what the design is made of
KNOWN_BY = ("level_spread", "drift_sd", "noise_sd")  # the scales of the field under their own names
MOST_K = 0.5  # Pareto k of the weights: above it their mean does not settle
FEWEST_WORTH = 1 / 3  # of the points: fewer, and the answer hangs on a handful of scales
ALIKE = 0.1  # log weights that span less than this
SHIFT, RATIO = 0.1, 0.1  # how far the headline's answer may be from that of NUTS: in posterior sd, and in its sd
COMPARED = 4000  # draws that the headline is compared with

Array = np.ndarray


class NotProvenError(Exception):
    """The engine does not vouch for this answer; NUTS is to make it. The text says why."""


@dataclass(frozen=True)
class Headline:
    """The study's own fit, as far as the engine stands on it."""

    points: xr.Dataset  # (point, ...): scales and persistence of some draws
    percent: xr.DataArray  # (quantity, sample): the answer of NUTS

    @classmethod
    def of(cls, posterior: xr.Dataset, percent: xr.DataArray, points: int = POINTS) -> "Headline":
        """Take `points` draws of the posterior, evenly spread."""
        names = [name for name in (*HYPER, *KNOWN_BY) if name in posterior]
        flat = posterior[names].stack(point=("chain", "draw"), create_index=False)
        chosen = np.linspace(0, flat.sizes["point"] - 1, points).round().astype(int)
        taken = flat.isel(point=chosen).transpose("point", ...).drop_vars(["chain", "draw"], errors="ignore")
        return cls(taken.astype(float), percent)


@dataclass(frozen=True)
class Weighed:
    """What the points are worth for one reading."""

    weights: Array  # (point,), adding up to one
    pareto_k: float  # -inf where the weights are about the same

    @property
    def worth(self) -> float:
        """Number of points, equally weighed, that would say as much."""
        return float(1 / (self.weights**2).sum())

    def counts(self, total: int, rng: np.random.Generator) -> Array:
        """How many of `total` draws each point gives: systematic resampling."""
        edges = np.cumsum(self.weights)
        places = (rng.random() + np.arange(total)) / total
        found: Array = np.bincount(np.searchsorted(edges / edges[-1], places), minlength=len(edges))
        return found


class Integrated:
    """The engine of one study: its design, and the modes of the headline that every reading starts from."""

    def __init__(self, study: Study, panel: xr.Dataset, headline: Headline) -> None:
        names = getattr(get_model(study.model.name, study.model.settings), "gaussian", ())
        if not names:
            raise NotProvenError(f"model '{study.model.name}' with these settings is not Gaussian given its scales")
        self.study, self.panel, self.headline = study, panel, headline
        self.model = build(study, panel)
        self.equations = Equations(study, self.model)
        self.meter, self.layout = Meter(self.model), Layout(self.model, names)
        posterior = headline.points.rename(point="draw").expand_dims("chain")
        self.covariances = field_covariances(posterior, panel.sizes["time"])[0]
        self.data = data_of(self.model)
        with one_thread():
            linear = Linear(self.layout, self.data)
            modes = self._modes(linear, _counts(panel, self.data), [])
            self.fields, self.log_marginal = [one.field for one in modes], _log_marginals(modes)
            self.farthest = self._hold_against_nuts(linear, modes)

    def sample(self, study: Study, panel: xr.Dataset, effort: Effort, *, seed: int) -> tuple[Drawn, Weighed]:
        """Draws of the same model on another panel or under other priors, and what they rest on.

        Raises
        ------
        NotProvenError
            When the scales of the headline do not serve this reading.
        EvidenceError
            The other model has other equations.
        """
        panel = as_wide_as(self.panel, panel)
        model = build(study, panel)
        self.equations.refuse_others(study, model)
        data = data_of(model)
        with one_thread():
            linear = Linear(self.layout, data)
            modes = self._modes(linear, _counts(panel, data), self.fields)
            weighed = weigh(_log_marginals(modes) - self.log_marginal)
            self._refuse_too_few_points(weighed)
            return self._drawn(linear, modes, weighed, (study, panel, data), effort, seed), weighed

    def says(self, weighed: Weighed) -> str:
        """What an answer rests on, for its row."""
        alike = np.isneginf(weighed.pareto_k)
        weights = "all weigh about the same" if alike else f"Pareto k {weighed.pareto_k:.2f}, {weighed.worth:.0f} count"
        return (
            f"at {len(self.fields)} draws of the headline's scales: {weights}; "
            f"the headline made this way is within {self.farthest:.2f} posterior sd of NUTS"
        )

    @staticmethod
    def _refuse_too_few_points(weighed: Weighed) -> None:
        count = len(weighed.weights)
        if weighed.pareto_k > MOST_K or weighed.worth < FEWEST_WORTH * count:
            raise NotProvenError(
                f"the scales of the headline do not serve: Pareto k {weighed.pareto_k:.1f}, "
                f"{weighed.worth:.0f} of {count} count"
            )

    def _modes(self, linear: Linear, counts: Counts, begin: list[Array]) -> list[Mode]:
        """The mode at every point, searched from the headline's there, or from that at the point before."""
        found: list[Mode] = []
        for place, scale in enumerate(self.headline.points["scale"].values):
            near = begin[place : place + 1] or [one.field for one in found[-1:]]
            try:
                found.append(find_mode(linear, counts, scale, self.covariances[place], near[0] if near else None))
            except np.linalg.LinAlgError as error:
                raise NotProvenError(f"at one of the headline's draws of the scales, {error}") from error
        return found

    def _drawn(
        self, linear: Linear, modes: list[Mode], weighed: Weighed,
        read: tuple[Study, xr.Dataset, dict[str, Array]], effort: Effort, seed: int,
    ) -> Drawn:  # fmt: skip
        study, panel, data = read
        rng = np.random.default_rng(seed)
        counts = weighed.counts(effort.chains * effort.draws, rng)
        point = rng.permutation(np.repeat(np.arange(len(modes)), counts))
        standard, field = np.empty((len(point), linear.size)), np.empty((len(point), *linear.start.shape))
        for i in np.flatnonzero(counts):
            standard[point == i], field[point == i] = draw(linear, modes[i], counts[i], rng)
        values = self.layout.split(linear.prior_mean + linear.prior_sd * standard) | {"log_rate": field}
        values |= {name: self.headline.points[name].values[point] for name in HYPER}
        shape = (effort.chains, effort.draws)
        posterior = xr.Dataset(
            {name: (self._dims(name, one), one.reshape(*shape, *one.shape[1:])) for name, one in values.items()}
        )
        statistics = xr.Dataset({"diverging": (("chain", "draw"), np.zeros(shape, dtype=bool))})
        return Drawn(study, panel, self.meter, data, posterior, statistics)

    def _dims(self, name: str, values: Array) -> tuple[str, ...]:
        named = self.model.named_vars_to_dims.get(name) or [f"{name} {axis}" for axis in range(values.ndim - 1)]
        return ("chain", "draw", *map(str, named))

    def _hold_against_nuts(self, linear: Linear, modes: list[Mode]) -> float:
        """Answer the headline this way; the largest shift, in posterior sd. Raises where NUTS says something else."""
        count = len(modes)
        even = Weighed(np.full(count, 1 / count), -np.inf)
        effort = Effort(draws=COMPARED // 2, tune=0, chains=2, target_accept=0.0)
        seed = self.study.seed_for("integrated headline")
        drawn = self._drawn(linear, modes, even, (self.study, self.panel, self.data), effort, seed)
        here = summary(drawn, "main", "")["percent"].isel(variant=0)
        apart, shifts = [], []
        for quantity in here["quantity"].values:
            nuts, ours = (np.log1p(one.sel(quantity=quantity).values / 100) for one in (self.headline.percent, here))
            nuts = nuts[np.isfinite(nuts)]
            shift, ratio = (ours.mean() - nuts.mean()) / nuts.std(), ours.std() / nuts.std()
            shifts.append(abs(shift))
            if not (abs(shift) <= SHIFT and abs(ratio - 1) <= RATIO):
                apart.append(f"{quantity}: {shift:+.2f} posterior sd, sd x {ratio:.2f}")
        if apart:
            raise NotProvenError(f"the headline made this way is not that of NUTS ({'; '.join(apart)})")
        return float(max(shifts))


def one_thread() -> threadpool_limits:
    """Linear algebra on one thread inside: matrices are small, fits run side by side, and digits must not differ."""
    return threadpool_limits(1, user_api="blas")


def weigh(log_ratio: Array) -> Weighed:
    """Weights of the points for a reading under which their marginal likelihoods changed by `log_ratio`, smoothed.

    >>> weigh(np.zeros(50)).worth
    50.0
    """
    if np.ptp(log_ratio) < ALIKE:  # hardly changed: no tail of such weights can mislead, whatever its shape
        weights = np.exp(log_ratio - log_ratio.max())
        return Weighed(weights / weights.sum(), -np.inf)
    smooth, k = array_stats.psislw(-log_ratio)  # arviz-stats negates: it takes the log likelihood
    weights = np.exp(smooth - smooth.max())
    return Weighed(weights / weights.sum(), float(k) if np.isfinite(k) else np.inf)


def integrated_summary(drawn: Drawn, weighed: Weighed, name: str, says: str) -> xr.Dataset:
    """As `summary`, with `pareto_k` and `points_worth`; there are no chains, so no R-hat."""
    row = summary(drawn, name, says)
    samples = row.sizes["sample"] * weighed.worth / len(weighed.weights)
    told = {"rhat_max": np.nan, "ess_min": samples, "pareto_k": weighed.pareto_k, "points_worth": weighed.worth}
    return row.assign({label: ("variant", [value]) for label, value in told.items()})


def _log_marginals(modes: list[Mode]) -> Array:
    return np.array([one.log_marginal for one in modes])


def _counts(panel: xr.Dataset, data: dict[str, Array]) -> Counts:
    lower, upper = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper"))
    return Counts(lower, upper, np.asarray(data["log_base"]))
