"""Posteriors: against an independent computation, and against the labels that are drawn."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, softmax

from longtail.datasets.generator.calibration import calibrated
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.law import labels
from longtail.datasets.generator.log import Chunk, blocks, joined
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.spec import Spec

CLICKS = Spec("click", bayes_ap=0.3, rate=0.05, users=60, types=3, heterogeneity=0.8, items=80)
SHOP = Spec("category", bayes_ap=0.6, imbalance=Imbalance("zipf", 1.0, 5), users=60, types=3, heterogeneity=0.8)


def log(spec: Spec, rows: int, test_rows: int, seed: int = 0) -> Chunk:
    return joined(list(blocks(spec, np.random.SeedSequence(seed), Window(rows, test_rows))))


def of_type(spec: Spec, chunk: Chunk, row: int, kind: int) -> np.ndarray:
    """P(y | row, type), in double precision and without any of the generator's shortcuts."""
    law = calibrated(spec).law
    world = law.world
    score = chunk.drawn.signals[row].astype(float) @ world.weights.astype(float)
    if spec.binary:
        taste = world.taste[kind, chunk.drawn.codes["category"][row]]
        interest = expit(law.scale * (score[0] + spec.heterogeneity * taste) + law.intercepts[0])
        slot, device = chunk.drawn.numbers["position"][row], chunk.drawn.codes["device"][row]
        steep = spec.position_bias * [1.2, 0.9, 1.0, 1.2][device]
        return np.array([interest * slot**-steep])
    return softmax(law.scale * (score + spec.heterogeneity * world.taste[kind].astype(float)) + law.intercepts)


@pytest.mark.parametrize("spec", [CLICKS, SHOP], ids=["click", "category"])
def test_visible_posterior_is_the_full_one_averaged_over_user_types(spec):
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
    """P-value of observed against expected frequency in bins of the posterior."""
    parts = np.array_split(np.argsort(posterior, kind="stable"), bins)
    p = posterior.astype(float)
    gaps = [(hit[part].sum() - p[part].sum()) ** 2 / (p[part] * (1 - p[part])).sum() for part in parts]
    return float(stats.chi2.sf(sum(gaps), bins))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("which", ["visible", "full"])
@pytest.mark.parametrize("spec", [CLICKS, SHOP], ids=["click", "category"])
def test_labels_are_as_frequent_as_the_posterior_says(spec, which, seed):
    chunk = log(spec, 20_000, 20_000, seed)
    posterior = getattr(chunk, which)
    hits = [chunk.y == 1] if spec.binary else [chunk.y == k for k in range(5)]
    worst = min(fit(posterior[:, k], hit) for k, hit in enumerate(hits))
    assert worst > 0.001
    assert fit(posterior[:, 0] * 0.9, hits[0]) < 0.001, "the test would not notice a posterior that is off by a tenth"


def test_labels_invert_the_cumulated_probabilities():
    full = np.array([[0.2, 0.3, 0.5]] * 4, np.float32)
    assert labels(full, np.array([0.0, 0.19, 0.21, 0.999])).tolist() == [0, 0, 1, 2]
    assert labels(np.array([[0.3], [0.3]], np.float32), np.array([0.29, 0.31])).tolist() == [1, 0]
