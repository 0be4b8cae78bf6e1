"""Refits with the latent field integrated out: seconds on one core, where it proves itself.

Given the scales and the persistence, everything else of the model is Gaussian under counts whose log likelihood is
concave; a Gaussian at the mode stands in for it (`mode.py`). The scales are not searched anew: those that NUTS drew for
the headline are the design, and for another reading of the data each is weighed by the ratio of its two densities, in
which most of the error of the approximation cancels. Where few of them serve, all are moved to where the weights point
(`towards`). Pareto k and what the points are worth together say whether that does it (Vehtari, Simpson, Gelman, Yao and
Gabry 2024, JMLR 25), and before any variant the headline itself is answered this way and held against NUTS. What does
not pass is not given out: see `NotProvenError`.
"""

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from arviz_stats.base import array_stats
from scipy.optimize import brentq
from threadpoolctl import threadpool_limits

from evaluation.inference.compiled import build, data_of
from evaluation.inference.effect import Meter
from evaluation.inference.hyper_points import HYPER, HyperPoints
from evaluation.inference.joined import cell_scales, field_covariances
from evaluation.inference.linear import Layout, Linear
from evaluation.inference.mode import Counts, Mode, Prior, draw, find_mode
from evaluation.inference.refit import Drawn, Effort, Equations, as_wide_as, summary
from evaluation.models.book import get_model
from evaluation.terms.panel import CELL
from evaluation.terms.study import Study

ENGINE = "field integrated out"
POINTS = 100
MOST_K = 0.5  # Pareto k of the weights: above it their mean does not settle
FEWEST_WORTH = 1 / 2  # of the points: with fewer, means are off by more than a tenth of a posterior sd
ALIKE = 0.1  # log weights that span less than this
MOST_MOVES = 2  # farther away the posterior of the scales has another shape, which moved points do not show
PILOTS, PILOT_DRAWS = 4, 50  # points, and draws at each, from which the spread of log rates is taken
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
        flat = posterior[[name for name in HYPER if name in posterior]].stack(
            point=("chain", "draw"), create_index=False
        )
        chosen = np.linspace(0, flat.sizes["point"] - 1, points).round().astype(int)
        taken = flat.isel(point=chosen).transpose("point", ...).drop_vars(["chain", "draw"], errors="ignore")
        return cls(taken.astype(float), percent)


@dataclass(frozen=True)
class Weighed:
    """What the points are worth for one reading."""

    weights: Array  # (point,), adding up to one
    pareto_k: float  # -inf where the weights are about the same
    moves: int = 0  # of the points before they were weighed

    @property
    def worth(self) -> float:
        """Number of points, equally weighed, that would say as much."""
        return float(1 / (self.weights**2).sum())

    @property
    def holds(self) -> bool:
        """Whether an answer may rest on these weights."""
        return self.pareto_k <= MOST_K and self.worth >= FEWEST_WORTH * len(self.weights)

    def counts(self, total: int, rng: np.random.Generator) -> Array:
        """How many of `total` draws each point gives: systematic resampling."""
        edges = np.cumsum(self.weights)
        places = (rng.random() + np.arange(total)) / total
        found: Array = np.bincount(np.searchsorted(edges / edges[-1], places), minlength=len(edges))
        return found


@dataclass(frozen=True)
class Cloud:
    """Points, and what one reading makes of them."""

    real: Array  # (point, coordinate)
    points: xr.Dataset
    modes: list[Mode]
    log_density: Array  # (point,): of the counts and the point together

    @property
    def fields(self) -> list[Array]:
        """Log rates at each mode."""
        return [mode.field for mode in self.modes]


@dataclass(frozen=True)
class Reading:
    """What one reading of the data gives the engine to work on."""

    study: Study
    panel: xr.Dataset
    data: dict[str, Array]
    linear: Linear
    counts: Counts

    @classmethod
    def of(cls, layout: Layout, study: Study, panel: xr.Dataset, data: dict[str, Array]) -> "Reading":
        """Lay out the design of a panel and its data."""
        bounds = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper"))
        lower, upper, log_base = (layout.laid(one) for one in (*bounds, np.asarray(data["log_base"])))
        counts = Counts(lower, upper, log_base, np.zeros(lower.shape))
        return cls(study, panel, data, Linear(layout, data), counts)


class Integrated:
    """The engine of one study: its design, and the modes of the headline that every reading starts from."""

    def __init__(self, study: Study, panel: xr.Dataset, headline: Headline) -> None:
        names = getattr(get_model(study.model.name, study.model.settings), "gaussian", ())
        if not names:
            raise NotProvenError(f"model '{study.model.name}' with these settings is not Gaussian given its scales")
        self.study, self.panel = study, panel
        self.model = build(study, panel)
        self.equations = Equations(study, self.model)
        self.meter, self.layout = Meter(self.model), Layout(self.model, names)
        self.hyper = HyperPoints(self.model, headline.points)
        with one_thread():
            reading = Reading.of(self.layout, study, panel, data_of(self.model))
            reading = self._with_spread(reading, [], rounds=2)
            self.spread = reading.counts.spread
            cloud = self._cloud(self.hyper.headline, reading, [])
            self.farthest = self._hold_against_nuts(reading, cloud, headline.percent)
            # no more of it is kept: a mode with its matrices is some megabytes
            self.fields, self.log_density = cloud.fields, cloud.log_density

    def sample(self, study: Study, panel: xr.Dataset, effort: Effort, *, seed: int) -> tuple[Drawn, Weighed]:
        """Draws of the same model on another panel or under other priors, and what they rest on.

        Raises
        ------
        NotProvenError
            When the scales of the headline do not serve this reading, wherever they are moved.
        EvidenceError
            The other model has other equations.
        """
        panel = as_wide_as(self.panel, panel)
        model = build(study, panel)
        self.equations.refuse_others(study, model)
        with one_thread():
            reading = Reading.of(self.layout, study, panel, data_of(model))
            reading = replace(reading, counts=replace(reading.counts, spread=self.spread))
            reading = self._with_spread(reading, self.fields, rounds=1)
            cloud, weighed = self._weighed(reading)
            return self._drawn(reading, cloud, weighed, effort, seed), weighed

    def says(self, weighed: Weighed) -> str:
        """What an answer rests on, for its row."""
        alike = np.isneginf(weighed.pareto_k)
        weights = "all weigh about the same" if alike else f"Pareto k {weighed.pareto_k:.2f}, {weighed.worth:.0f} count"
        moved = f", moved {times(weighed.moves)} towards this reading" if weighed.moves else ""
        return (
            f"at {len(weighed.weights)} draws of the headline's scales{moved}: {weights}; "
            f"the headline made this way is within {self.farthest:.2f} posterior sd of NUTS"
        )

    def _weighed(self, reading: Reading) -> tuple[Cloud, Weighed]:
        """The headline's points, weighed for this reading; moved towards it where few of them serve."""
        cloud = self._cloud(self.hyper.headline, reading, self.fields)
        ratio = cloud.log_density - self.log_density
        weighed = weigh(ratio)
        while not weighed.holds and weighed.moves < MOST_MOVES:
            real, fields = cloud.real + towards(cloud.real, ratio), cloud.fields
            del cloud  # before there is another
            cloud = self._cloud(real, reading, fields)
            # moved alike, the points are draws of the headline's posterior, moved: its density there is as it was
            ratio = cloud.log_density - self.log_density
            weighed = replace(weigh(ratio), moves=weighed.moves + 1)
        if not weighed.holds:
            raise NotProvenError(
                f"the scales of the headline do not serve: Pareto k {weighed.pareto_k:.1f}, "
                f"{weighed.worth:.0f} of {len(ratio)} count" + f", moved {times(weighed.moves)}" * (weighed.moves > 0)
            )
        return cloud, weighed

    def _with_spread(self, reading: Reading, begin: list[Array], rounds: int) -> Reading:
        """The reading with about the posterior variance of each log rate: that at a few points serves them all.

        The spread hangs on the mode, and the mode on the spread: from none, it takes two rounds.
        """
        places = np.linspace(0, len(self.hyper.headline) - 1, PILOTS).round().astype(int)
        rng = np.random.default_rng(self.study.seed_for("spread of log rates"))
        near = [begin[place] for place in places] if begin else []
        for _ in range(rounds):
            modes = self._cloud(self.hyper.headline[places], reading, near).modes
            drawn = [draw(reading.linear, mode, PILOT_DRAWS, rng)[1].var(axis=0) for mode in modes]
            reading = replace(reading, counts=replace(reading.counts, spread=np.mean(drawn, axis=0)))
            near = [mode.field for mode in modes]
        return reading

    def _cloud(self, real: Array, reading: Reading, begin: list[Array]) -> Cloud:
        """The mode at every point. `begin`: those of another reading, which this one differs from about alike."""
        points = self.hyper.at(real)
        cells = reading.data["log_base"].shape
        covariances, wide = field_covariances(points, cells[-1]), cell_scales(points, cells)
        modes: list[Mode] = []
        for place, scale in enumerate(points["scale"].values):
            near = modes[-1].field if modes else None
            if begin:
                near = begin[place] if near is None else begin[place] + (near - begin[place - 1])
            try:
                modes.append(
                    find_mode(reading.linear, reading.counts, scale, Prior(covariances[place], wide[place]), near)
                )
            except np.linalg.LinAlgError as error:
                raise NotProvenError(f"at one of the headline's draws of the scales, {error}") from error
        marginal = np.array([one.log_marginal for one in modes])
        return Cloud(real, points, modes, marginal + self.hyper.log_prior(points, reading.data))

    def _drawn(self, reading: Reading, cloud: Cloud, weighed: Weighed, effort: Effort, seed: int) -> Drawn:
        rng, linear = np.random.default_rng(seed), reading.linear
        counts = weighed.counts(effort.chains * effort.draws, rng)
        point = rng.permutation(np.repeat(np.arange(len(counts)), counts))
        standard, field = np.empty((len(point), linear.size)), np.empty((len(point), *linear.start.shape))
        for i in np.flatnonzero(counts):
            standard[point == i], field[point == i] = draw(linear, cloud.modes[i], counts[i], rng)
        values = self.layout.split(linear.coefficients(standard)) | {"log_rate": self.layout.parted(field)}
        values |= {name: cloud.points[name].values[point] for name in self.hyper.names}
        shape = (effort.chains, effort.draws)
        posterior = xr.Dataset(
            {name: (self._dims(name, one), one.reshape(*shape, *one.shape[1:])) for name, one in values.items()}
        )
        statistics = xr.Dataset({"diverging": (("chain", "draw"), np.zeros(shape, dtype=bool))})
        return Drawn(reading.study, reading.panel, self.meter, reading.data, posterior, statistics)

    def _dims(self, name: str, values: Array) -> tuple[str, ...]:
        named = self.model.named_vars_to_dims.get(name) or [f"{name} {axis}" for axis in range(values.ndim - 1)]
        return ("chain", "draw", *map(str, named))

    def _hold_against_nuts(self, reading: Reading, cloud: Cloud, percent: xr.DataArray) -> float:
        """Answer the headline this way; the largest shift, in posterior sd. Raises where NUTS says something else."""
        count = len(cloud.modes)
        even = Weighed(np.full(count, 1 / count), -np.inf)
        effort = Effort(draws=COMPARED // 2, tune=0, chains=2, target_accept=0.0)
        drawn = self._drawn(reading, cloud, even, effort, self.study.seed_for("integrated headline"))
        here = summary(drawn, "main", "")["percent"].isel(variant=0)
        apart, shifts = [], []
        for quantity in here["quantity"].values:
            nuts, ours = (np.log1p(one.sel(quantity=quantity).values / 100) for one in (percent, here))
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


def towards(real: Array, log_ratio: Array) -> Array:
    """How far all points (point, coordinate) are moved, (coordinate,), where weights e^log_ratio are too uneven.

    To the weighted mean (Paananen, Piironen, Buerkner and Vehtari 2021, Statistics and Computing 31:16, their first
    transformation), with two cautions for few points in many dimensions: weights are tempered until half of the points
    count, and what a coordinate would move by chance is taken off.

    >>> points = np.random.default_rng(1).normal(size=(2000, 1))  # draws of N(0, 1), wanted of N(1/2, 1)
    >>> bool(abs(towards(points, 0.5 * points[:, 0])[0] - 0.5) < 0.05)
    True
    """

    def weights(power: float) -> Array:
        found: Array = np.exp(power * (log_ratio - log_ratio.max()))
        return found / found.sum()

    def too_few(power: float) -> float:
        return float((weights(power) ** 2).sum() - 2 / len(real))

    power = 1.0 if too_few(1.0) <= 0 else brentq(too_few, 0.0, 1.0)
    chosen = weights(power)
    shift = chosen @ real - real.mean(axis=0)
    by_chance = real.var(axis=0) * max((chosen**2).sum() - 1 / len(real), 0.0)
    moved: Array = shift * np.clip(1 - by_chance / np.maximum(shift**2, 1e-300), 0.0, 1.0)
    return moved


def integrated_summary(drawn: Drawn, weighed: Weighed, name: str, says: str) -> xr.Dataset:
    """As `summary`, with `pareto_k` and `points_worth`; there are no chains, so no R-hat."""
    row = summary(drawn, name, says)
    samples = row.sizes["sample"] * weighed.worth / len(weighed.weights)
    told = {"rhat_max": np.nan, "ess_min": samples, "pareto_k": weighed.pareto_k, "points_worth": weighed.worth}
    return row.assign({label: ("variant", [value]) for label, value in told.items()})


def times(count: int) -> str:
    """In words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
