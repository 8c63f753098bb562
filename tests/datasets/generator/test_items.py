"""Which items a shop shows, and how likely it was to show them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from longtail.datasets.generator.log import Chunk, blocks, joined
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec

SHOP = Spec("click", bayes_ap=0.3, rate=0.05, items=60, categories=4, users=500)
WINDOW = Window(30_000, 30_000)


def log(seed: int = 0, **knobs) -> Chunk:
    return joined(list(blocks(replace(SHOP, **knobs), np.random.SeedSequence(seed), WINDOW)))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    "knobs",
    [
        {"exposure": 1.0},
        {"exposure": 0.5},
        {"exposure": 0.0},
        {"exposure": 1.0, "test_exposure": 0.0},
        {"popularity_drift": 1.5, "seasonality": 0.6},
    ],
    ids=str,
)
def test_items_are_shown_as_often_as_the_logged_propensities_say(knobs, seed):
    drawn = log(seed, **knobs).drawn
    shown = calibrated(replace(SHOP, **knobs)).law.world.items.shown
    for rows in (slice(0, 30_000), slice(30_000, 60_000)):
        item = drawn.codes["item"][rows]
        expected = shown.propensity[shown.of_day[drawn.day[rows]]].sum(0)
        assert stats.chisquare(np.bincount(item, minlength=60), expected, sum_check=False).pvalue > 0.001
        assert drawn.propensity[rows] == pytest.approx(shown.propensity[shown.of_day[drawn.day[rows]], item])
        # the mean of 1 / propensity over what is shown is the number of items
        assert (1 / drawn.propensity[rows]).mean() == pytest.approx(60, rel=0.1)


def test_popularity_within_a_category_follows_the_exponent():
    spec = replace(SHOP, item_zipf=0.8, items=400)
    drawn = joined(list(blocks(spec, np.random.SeedSequence(0), Window(200_000, 0)))).drawn
    category = calibrated(spec).law.world.items.category
    counts = np.bincount(drawn.codes["item"], minlength=400)
    for code in range(4):
        own = counts[category == code]
        rank = np.arange(1, len(own) + 1)
        weights = np.sqrt(own)
        slope = np.polyfit(np.log(rank), np.log(own), 1, w=weights)[0]
        assert slope == pytest.approx(-0.8, abs=0.04)
    by_category = np.bincount(category, counts)
    slope = np.polyfit(np.log(np.arange(1, 5)), np.log(by_category), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.03)


def test_drift_makes_other_items_popular_and_leaves_clicks_on_an_item_as_likely():
    still, moving = log(), log(popularity_drift=2.0)
    shown = calibrated(replace(SHOP, popularity_drift=2.0)).law.world.items.shown
    change = np.log(shown.propensity[41] / shown.propensity[0])
    early, late = (moving.drawn.codes["item"][at] for at in (slice(0, 8_000), slice(52_000, 60_000)))
    found = np.log(np.bincount(late, minlength=60) + 1) - np.log(np.bincount(early, minlength=60) + 1)
    assert np.corrcoef(change, found)[0, 1] > 0.8
    assert moving.frozen is moving.visible, "which items are shown changes nothing about a row"
    assert still.drawn.propensity.max() < shown.propensity.max()


def test_a_uniform_log_has_the_same_law_and_the_same_training_rows():
    plain, judged = log(), log(test_exposure=0.0)
    laws = [calibrated(replace(SHOP, test_exposure=power)).law for power in (None, 0.0)]
    assert laws[0].scale == laws[1].scale and np.array_equal(laws[0].intercepts, laws[1].intercepts)
    for name in ("y", "visible", "full"):
        assert np.array_equal(getattr(plain, name)[:30_000], getattr(judged, name)[:30_000])
    assert np.array_equal(plain.drawn.signals[:30_000], judged.drawn.signals[:30_000])
    assert (judged.drawn.propensity[30_000:] == np.float32(1 / 60)).all()


def test_inverse_propensity_of_the_log_tells_the_click_rate_of_the_uniform_one():
    chunk = log(test_exposure=0.0, item_zipf=0.5, category_zipf=0.5, wide=0.6)
    clicked, uniform = chunk.visible[:30_000, 0], chunk.visible[30_000:, 0]
    weight = 1 / (60 * chunk.drawn.propensity[:30_000])
    spread = np.sqrt((clicked * weight).var() / 30_000 + uniform.var() / 30_000)
    assert abs((clicked * weight).mean() - uniform.mean()) < 4 * spread
    assert abs(clicked.mean() - uniform.mean()) > 4 * spread, "the test would not notice if weights did nothing"
