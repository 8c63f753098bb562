"""Drift goes away for good, weeks come back."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.generator.course import course
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.rows import Window, draw_block
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.streams import Streams

SHOP = Spec("category", bayes_ap=0.5, imbalance=Imbalance("zipf", 1.0, 5), heterogeneity=0.0)
THINGS = np.arange(2_000, dtype=np.int32)


def of(frozen: bool = False, **knobs):
    return course(replace(SHOP, **knobs), Streams(np.random.SeedSequence(0)), THINGS, frozen=frozen)


def test_without_knobs_nothing_moves():
    still = of()
    assert still.angle is None and still.shift is None


def test_popularity_moves_by_its_standard_deviation_and_not_at_all_in_the_mean_of_the_training_days():
    shift = of(popularity_drift=0.8).shift
    assert shift.shape == (42, 2_000)
    # from the first day to the last 41 of 42 parts of the way
    assert (shift[-1] - shift[0]).std() == pytest.approx(0.8 * 41 / 42, rel=0.05)
    assert shift[:28].mean(0) == pytest.approx(np.zeros(2_000), abs=1e-12)
    assert np.diff(shift, axis=0).std(0).max() < 1e-12, "a straight line for each"


def test_seasons_come_back_after_a_week_with_the_amplitude_asked_for():
    shift = of(seasonality=0.5).shift
    assert shift[:35] == pytest.approx(shift[7:], abs=1e-12)
    assert shift[:7].sum(0) == pytest.approx(np.zeros(2_000), abs=1e-9)
    assert np.sqrt((shift[:7] ** 2).mean(0)) == pytest.approx(np.full(2_000, 0.5 / np.sqrt(2)))


def test_a_turn_of_one_quarter_ends_at_a_right_angle():
    angle = of(taste_drift=1.0, weeks=40, test_weeks=10).angle
    assert angle[0] == pytest.approx(0, abs=0.01) and angle[-1] == pytest.approx(np.pi / 2, abs=0.01)


def test_frozen_is_the_same_until_the_last_training_day_and_then_stands_but_for_seasons():
    knobs = {"popularity_drift": 0.8, "seasonality": 0.5, "taste_drift": 0.5}
    moving, frozen, weeks = of(**knobs), of(True, **knobs), of(seasonality=0.5).shift
    assert np.array_equal(moving.shift[:28], frozen.shift[:28])
    assert frozen.shift[28:] - weeks[28:] == pytest.approx(np.tile(moving.shift[27] - weeks[27], (14, 1)))
    assert (frozen.angle[27:] == moving.angle[27]).all()
    assert moving.angle[28] > moving.angle[27]


def block(spec: Spec):
    law = calibrated(spec).law
    return law, draw_block(law.world, Streams(np.random.SeedSequence(1)), Window(2_048, 2_048), 0)


def test_log_odds_of_classes_move_by_the_shift_of_the_day_and_by_nothing_else():
    law, rows = block(replace(SHOP, popularity_drift=1.5, seasonality=0.4))
    still = replace(law, world=replace(law.world, course=of()))
    moved = np.log(law.visible(rows).astype(float)) - np.log(still.visible(rows).astype(float))
    shift = law.world.course.shift[rows.day]
    assert moved - moved[:, :1] == pytest.approx(shift - shift[:, :1], abs=2e-3)


def test_signals_point_elsewhere_by_the_angle_of_the_day():
    law, rows = block(replace(SHOP, taste_drift=0.9))
    start, scores = rows.signals @ law.world.weights, law.scores(rows)
    for days in (rows.day < 3, rows.day >= 39):
        angle = law.world.course.angle[rows.day[days]].mean()
        found = [np.corrcoef(start[days, k], scores[days, k])[0, 1] for k in range(5)]
        # the second direction is drawn beside the first and not at a right angle to it
        assert np.mean(found) == pytest.approx(np.cos(angle), abs=0.25)
    assert scores.std() == pytest.approx(start.std(), rel=0.15), "separability stays about the same"


def test_test_rows_of_a_frozen_law_follow_the_last_training_day():
    law, rows = block(replace(SHOP, taste_drift=0.9, popularity_drift=1.0))
    frozen, moving = law.visible(rows, law.world.frozen), law.visible(rows)
    late = rows.day >= 28
    assert np.array_equal(frozen[~late], moving[~late]) and late.sum() == 2_048
    last = replace(rows, day=np.where(late, 27, rows.day).astype(np.int32))
    assert frozen == pytest.approx(law.visible(last), abs=1e-6)
    assert np.abs(frozen[late] - moving[late]).mean() > 0.02
