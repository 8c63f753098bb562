"""What users' rows tell about them: against Bayes' rule written out, and against what is true of each row."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.base import Dataset
from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generator.law import Law
from longtail.datasets.generator.log import blocks, joined
from longtail.datasets.generator.rows import Drawn, Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.user_history import informed

SEED = np.random.SeedSequence(3)
CLICKS = Ctr(rows=2_000, test_rows=4_000, users=60, heterogeneity=1.0, rate=0.2, bayes_ap=0.5)
NOISY = Ctr(rows=1_000, test_rows=1_000, users=60, heterogeneity=1.0, rate=0.2, bayes_ap=0.4, label_noise=0.2)
CATEGORIES = Cat10(rows=2_000, test_rows=4_000, users=200, heterogeneity=1.0)
MOVING = Cat10(
    rows=1_000, test_rows=1_000, users=60, heterogeneity=1.0, taste_drift=1.0, popularity_drift=1.0, bayes_ap=0.4
)


def by_hand(law: Law, learned: Drawn, y: np.ndarray, row: Drawn) -> np.ndarray:
    """P(type | row, history): the prior of the row times the probability of each label under the type, normalised."""
    odds = row.chances[0].astype(np.float64)
    for i in np.flatnonzero(learned.users == row.users[0]):
        one = learned.cut(np.array([i]))
        for kind in range(len(odds)):
            sure = np.zeros_like(one.chances)
            sure[0, kind] = 1
            p = float(law.visible(replace(one, chances=sure))[0, 0 if law.world.spec.binary else int(y[i])])
            if law.world.spec.label_noise:
                p = 0.8 * p + 0.2 * float(law.world.spec.priors[1])
            odds[kind] *= p if y[i] or not law.world.spec.binary else 1 - p
    return odds / odds.sum()


@pytest.mark.parametrize("source", [CLICKS, NOISY, CATEGORIES, MOVING])
def test_types_follow_from_labels_as_bayes_rule_written_out_says(source):
    law = calibrated(source.spec).law
    log = joined(list(blocks(source.spec, SEED, Window(source.rows, source.test_rows))))
    learned, y = log.drawn.cut(slice(0, 300)), log.y[:300]
    rows = log.drawn.cut(np.arange(source.rows, source.rows + 40))
    found = informed(law, rows, learned, y)
    expected = [by_hand(law, learned, y, rows.cut(np.array([i]))) for i in range(len(rows))]
    np.testing.assert_allclose(found.chances, expected, atol=2e-5)
    known = np.isin(rows.users, learned.users)
    assert known.any()
    np.testing.assert_allclose(found.chances[~known], rows.chances[~known], atol=1e-6)


def loss(dataset: Dataset, scores: np.ndarray, rows: np.ndarray) -> float:
    """Expected log loss under what is true of each row."""
    return float(-(np.asarray(dataset.full_posterior[rows]) * np.log(np.maximum(scores, 1e-12))).sum(1).mean())


@pytest.mark.parametrize("source", [CLICKS, CATEGORIES])
def test_history_helps_on_known_users_and_is_nothing_on_new_ones(source):
    dataset = source.load(SEED)
    learned, test = np.arange(source.rows), np.arange(source.rows, len(dataset))
    limit = dataset.limit(learned, test)
    known = np.isin(dataset.groups[test], dataset.groups[learned])
    assert 0.1 < known.mean() < 0.95
    np.testing.assert_allclose(limit[~known], dataset.posterior[test][~known], atol=1e-6)
    assert loss(dataset, limit[known], test[known]) < loss(dataset, dataset.posterior[test][known], test[known]) - 0.003
    # nothing of it comes from the labels of test rows, and without any row learned from it is the posterior
    np.testing.assert_allclose(dataset.limit(learned[:0], test), dataset.posterior[test], atol=1e-6)


@pytest.mark.parametrize("source", [CLICKS, CATEGORIES])
def test_the_limit_is_calibrated_on_what_is_true_of_each_row(source):
    dataset = source.load(SEED)
    learned, test = np.arange(source.rows), np.arange(source.rows, len(dataset))
    limit, full = dataset.limit(learned, test), np.asarray(dataset.full_posterior[test])
    for k in range(limit.shape[1]):
        # the best linear correction of its probabilities is none: slope 1 within four standard errors
        x, y = limit[:, k] - limit[:, k].mean(), full[:, k] - full[:, k].mean()
        slope = (x * y).sum() / (x * x).sum()
        error = np.sqrt(((y - slope * x) ** 2 * x**2).sum()) / (x * x).sum()
        assert abs(slope - 1) < 5 * error + 0.02, (k, slope, error)


def test_frozen_is_the_law_of_the_last_training_day():
    dataset = MOVING.load(SEED)
    test = np.arange(MOVING.rows, len(dataset))
    none = test[:0]
    np.testing.assert_allclose(dataset.limit(none, test, frozen=True), dataset.frozen_posterior[test], atol=1e-6)
    assert np.abs(dataset.limit(none, test) - dataset.limit(none, test, frozen=True)).mean() > 0.005


def test_many_classes_are_computed_in_slices_the_same():
    from longtail.datasets.generated.item300 import Item300

    source = Item300(rows=1_500, test_rows=600, classes=120, heterogeneity=1.0, users=50)
    dataset = source.load(SEED)
    learned, test = np.arange(1_500), np.arange(1_500, 2_100)
    whole = dataset.limit(learned, test)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(whole[:7], dataset.limit(learned, test[:7]), atol=1e-6)
    np.testing.assert_allclose(whole.sum(1), 1, atol=1e-4)
