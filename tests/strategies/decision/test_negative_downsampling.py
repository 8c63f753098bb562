import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from longtail.strategies.base import Resources
from longtail.strategies.decision.negative_downsampling import NegativeDownsampling


def test_only_the_most_frequent_class_is_cut(make_table):
    table = make_table((200, 50, 10))
    kept = NegativeDownsampling(rate=0.1).resample(table, np.random.default_rng(0), Resources())
    assert kept.counts.tolist() == [20, 50, 10]
    assert len(set(kept.group)) == 80  # no row twice
    np.testing.assert_array_equal(kept.x, table.x[kept.group])


def test_the_map_is_that_of_the_paper(make_profile):
    p = np.linspace(0.01, 0.99, 50)
    scores = np.log(np.stack([1 - p, p], 1)).astype(np.float32)
    calibrate = NegativeDownsampling(rate=0.1).calibrate
    given = calibrate(scores, np.zeros(0, np.int64), make_profile((900, 40)), make_profile((90, 40)))(scores)
    np.testing.assert_allclose(np.exp(given[:, 1]), p / (p + (1 - p) / 0.1), rtol=1e-5)


def test_ranking_is_left_as_it_is(make_scores, make_profile):
    scores, _ = make_scores(300)
    given = NegativeDownsampling().calibrate(
        scores, np.zeros(0, np.int64), make_profile((900, 40)), make_profile((90, 40))
    )(scores)
    odds, before = given[:, 1] - given[:, 0], scores[:, 1] - scores[:, 0]
    np.testing.assert_array_equal(np.argsort(odds, kind="stable"), np.argsort(before, kind="stable"))


def test_calibration_comes_back(make_table, make_profile):
    # a logistic regression on a twentieth of the negatives names five times the click rate, corrected it names it
    rng = np.random.default_rng(0)
    x = rng.normal(size=60000)
    y = (rng.random(60000) < 1 / (1 + np.exp(4 - x))).astype(np.int64)
    strategy = NegativeDownsampling(rate=0.05)
    kept = np.flatnonzero((y == 1) | (rng.random(60000) < 0.05))
    model = LogisticRegression(C=1e6).fit(x[kept, None], y[kept])
    scores = model.predict_log_proba(x[:, None]).astype(np.float32)
    natural, trained = make_profile(np.bincount(y)), make_profile(np.bincount(y[kept]))
    given = np.exp(strategy.calibrate(scores, y, natural, trained)(scores)[:, 1])
    assert np.exp(scores[:, 1]).mean() > 5 * y.mean()
    for part in (x < 0, (x >= 0) & (x < 1.5), x >= 1.5):
        assert given[part].mean() == pytest.approx(y[part].mean(), rel=0.1)


def test_classes_of_one_size_are_skipped_with_a_reason(make_profile):
    assert "no class is rarer" in str(NegativeDownsampling().why_skip(make_profile((9, 9))))


@pytest.mark.parametrize("rate", [0, 1.0])
def test_a_rate_of_nothing_or_of_all_is_refused(rate):
    with pytest.raises(ValueError, match=f"rate must be a number above 0 and below 1, got {rate}"):
        NegativeDownsampling(rate=rate)
