"""Posteriors: against an independent computation, and against the labels that are drawn."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, softmax

from longtail.datasets.generator.calendar import START
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.law import labels
from longtail.datasets.generator.log import Chunk, blocks, joined
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams
from longtail.datasets.generator.world import WORLDS

CLICKS = Spec("click", bayes_ap=0.3, rate=0.05, users=60, types=3, heterogeneity=0.8, items=80)
SHOP = Spec("category", bayes_ap=0.6, imbalance=Imbalance("zipf", 1.0, 5), users=60, types=3, heterogeneity=0.8)
MOVING = {"taste_drift": 0.8, "popularity_drift": 1.0, "seasonality": 0.5}
SPECS = {
    "click": CLICKS,
    "category": SHOP,
    "moving click": replace(CLICKS, **MOVING),
    "moving category": replace(SHOP, **MOVING),
    "noisy click": replace(CLICKS, label_noise=0.2, bayes_ap=0.2),
    "noisy category": replace(SHOP, label_noise=0.2, noise="uniform", bayes_ap=0.5),
    "session click": replace(CLICKS, session_rows=4.0, test_exposure=0.0),
    "conversion": replace(CLICKS, task="conversion"),
    "item": replace(SHOP, task="item", items=5, categories=2, category_zipf=1.0, needs=12),
}


def log(spec: Spec, rows: int, test_rows: int, seed: int = 0) -> Chunk:
    return joined(list(blocks(spec, np.random.SeedSequence(seed), Window(rows, test_rows))))


def of_type(spec: Spec, chunk: Chunk, row: int, kind: int) -> np.ndarray:
    """P(y | row, type), in double precision and without any of the generator's shortcuts."""
    law = calibrated(spec).law
    world = law.world
    # the day's place on the way from the first row to the last, and how far the line has turned and moved there
    day = int((chunk.drawn.seconds[row] - START) // 86_400)
    place = (day + 0.5) / 42
    angle = spec.taste_drift * place * np.pi / 2

    def turn(first: np.ndarray, second: np.ndarray | None) -> np.ndarray:
        return first.astype(float) if second is None else np.cos(angle) * first + np.sin(angle) * second.astype(float)

    score = chunk.drawn.signals[row].astype(float) @ turn(world.weights, world.turned and world.turned[0])
    if spec.binary:
        taste = turn(world.taste, world.turned and world.turned[1])[kind, chunk.drawn.codes["category"][row]]
        interest = expit(law.scale * (score[0] + spec.heterogeneity * taste) + law.intercepts[0])
        slot, device = chunk.drawn.numbers["position"][row], chunk.drawn.codes["device"][row]
        steep = spec.position_bias * [1.2, 0.9, 1.0, 1.2][device]
        return np.array([interest * slot**-steep])
    taste = turn(world.taste, world.turned and world.turned[1])[kind]
    shift = 0.0
    if spec.popularity_drift:
        streams = Streams(np.random.SeedSequence(0, spawn_key=(WORLDS,)))
        way, phase = streams.at("popularity drift").standard_normal(5), streams.at("season").random(5)
        middle = 28 / 42 / 2
        shift = spec.popularity_drift * (place - middle) * way
        shift = shift + spec.seasonality * np.sin(2 * np.pi * (day % 7 / 7 + phase))
    return softmax(law.scale * (score + spec.heterogeneity * taste) + law.intercepts + shift)


@pytest.mark.parametrize("name", ["click", "category", "moving click", "moving category"])
def test_visible_posterior_is_the_full_one_averaged_over_user_types(name):
    spec = SPECS[name]
    chunk = log(spec, 60, 60)
    who = calibrated(spec).law.world.people
    for row in range(120):
        user = chunk.drawn.users[row]
        pool, first = (who.known, 0) if user < spec.users else (who.later, spec.users)
        here = who.segment[first : first + pool.count] == who.segment[user]
        kinds = who.type[first : first + pool.count]
        shares = np.array([pool.shares[here & (kinds == kind)].sum() for kind in range(3)]) / pool.shares[here].sum()
        each = np.stack([of_type(spec, chunk, row, kind) for kind in range(3)])
        assert chunk.visible[row] == pytest.approx(shares @ each, abs=2e-5)
        assert chunk.full[row] == pytest.approx(each[who.type[user]], abs=2e-5)


def fit(posterior: np.ndarray, hit: np.ndarray, bins: int = 10) -> float:
    """P-value of observed against expected frequency in bins of the posterior in which as much is to be expected."""
    p = posterior.astype(float)
    order = np.argsort(p, kind="stable")
    spread = np.cumsum((p * (1 - p))[order])
    # equal numbers of rows would leave bins in which one label in a hundred draws decides
    parts = np.split(order, np.searchsorted(spread, spread[-1] * np.arange(1, bins) / bins))
    gaps = [(hit[part].sum() - p[part].sum()) ** 2 / (p[part] * (1 - p[part])).sum() for part in parts]
    return float(stats.chi2.sf(sum(gaps), bins))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("which", ["visible", "full", "clean"])
@pytest.mark.parametrize("name", SPECS)
def test_labels_are_as_frequent_as_the_posterior_says(name, which, seed):
    spec = SPECS[name]
    chunk = log(spec, 20_000, 20_000, seed)
    posterior, y = getattr(chunk, which), chunk.clean_y if which == "clean" else chunk.y
    hits = [y == 1] if spec.binary else [y == k for k in range(5)]
    for rows in (slice(0, 20_000), slice(20_000, 40_000)):
        worst = min(fit(posterior[rows, k], hit[rows]) for k, hit in enumerate(hits))
        assert worst > 0.0005
    assert fit(posterior[:, 0] * 0.8, hits[0]) < 0.001, "the test would not notice a posterior that is off by a fifth"


@pytest.mark.parametrize("spec", [CLICKS, SHOP], ids=["click", "category"])
def test_a_frozen_posterior_is_that_of_the_labels_until_drift_goes_on(spec):
    chunk = log(replace(spec, taste_drift=1.0, weeks=1, test_weeks=5), 20_000, 20_000)
    hit, frozen = chunk.y == 1, chunk.frozen[:, 0 if spec.binary else 1]
    assert fit(frozen[:20_000], hit[:20_000]) > 0.001
    assert fit(frozen[20_000:], hit[20_000:]) < 0.001


def test_labels_invert_the_cumulated_probabilities():
    full = np.array([[0.2, 0.3, 0.5]] * 4, np.float32)
    assert labels(full, np.array([0.0, 0.19, 0.21, 0.999])).tolist() == [0, 0, 1, 2]
    assert labels(np.array([[0.3], [0.3]], np.float32), np.array([0.29, 0.31])).tolist() == [1, 0]


def test_the_rarest_of_thousands_of_labels_are_drawn_too():
    # a class of 1e-8 behind others: single precision would not see it
    full = np.full((1, 2_000), 1e-8, np.float32)
    full[0, 0] = 1
    total = full.sum(dtype=np.float64)
    place = (full[0, :1500].sum(dtype=np.float64) + 5e-9) / total
    assert labels(full, np.array([place])).tolist() == [1500]
