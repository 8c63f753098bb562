import numpy as np
import pytest
from scipy.stats import norm

from longtail.strategies.mechanisms.mixed_columns import (
    CategoryPlaces,
    Levels,
    NumberScores,
    averages,
    columns_of,
    narrowed,
    widened,
)
from longtail.strategies.table import Table

RNG = np.random.default_rng(0)


def test_numbers_become_normal_scores_of_their_ranks():
    column = np.array([10, -3, 7, 100], np.float32)
    expected = norm.ppf([0.625, 0.125, 0.375, 0.875])
    np.testing.assert_allclose(NumberScores.of(column).wide(column)[:, 0], expected, rtol=1e-6)


def test_ties_share_their_mean_score_and_a_constant_is_zero():
    column = np.array([0, 0, 5, 5], np.float32)
    np.testing.assert_allclose(
        NumberScores.of(column).wide(column)[:, 0], norm.ppf([0.25, 0.25, 0.75, 0.75]), rtol=1e-6
    )
    assert (NumberScores.of(np.full(3, 7, np.float32)).wide(np.full(3, 7, np.float32)) == 0).all()


def test_numbers_come_back_as_they_were():
    column = np.random.default_rng(1).lognormal(size=200).round(1).astype(np.float32)
    number = NumberScores.of(column)
    assert (number.back(number.wide(column), np.zeros(200), RNG) == column).all()


def test_scores_beyond_all_give_the_ends():
    number = NumberScores.of(np.array([1, 2, 3], np.float32))
    assert number.back(np.array([[-40.0], [40.0]], np.float32), np.zeros(2), RNG).tolist() == [1, 3]


def test_frequent_codes_have_a_place_each_and_the_rest_share_one():
    column = np.array([4, 4, 4, 9, 9, 0, 2], np.float32)
    category = CategoryPlaces.of(column, np.zeros(7, np.int64), 2)
    assert category.kept.tolist() == [4, 9]
    assert category.places == 3
    assert category.wide(column).argmax(1).tolist() == [0, 0, 0, 1, 1, 2, 2]


def test_without_rare_codes_there_is_no_place_for_them():
    column = np.array([4, 4, 9], np.float32)
    category = CategoryPlaces.of(column, np.zeros(3, np.int64), 2)
    assert category.places == 2
    assert category.back(category.wide(column), np.zeros(3), RNG).tolist() == [4, 4, 9]


def test_a_rare_code_is_drawn_by_its_frequency_in_the_class():
    column = np.array([1] * 9 + [5, 6, 6, 6, 7], np.float32)
    y = np.array([0] * 9 + [0, 1, 1, 1, 1])
    category = CategoryPlaces.of(column, y, 1)
    rare = np.tile([0, 1], (4000, 1)).astype(np.float32)
    codes = category.back(rare, np.repeat([0, 1], 2000), np.random.default_rng(0))
    assert set(codes[:2000]) == {5}
    assert (codes[2000:] == 6).mean() == pytest.approx(0.75, abs=0.04)
    assert set(codes[2000:]) == {6, 7}


def test_a_class_without_rare_codes_gets_those_of_all():
    category = CategoryPlaces.of(np.array([1, 1, 5], np.float32), np.array([0, 1, 1]), 1)
    assert category.back(np.array([[0, 1]], np.float32), np.array([0]), RNG).tolist() == [5]


def test_a_table_comes_back_as_it_was():
    rng = np.random.default_rng(0)
    x = np.stack([rng.normal(size=300), rng.integers(5, size=300), rng.integers(40, size=300)], 1).astype(np.float32)
    table = Table(x, rng.integers(3, size=300), 3, (0, 5, 40), np.ones(300, np.float32))
    columns = columns_of(table, 50)
    wide = widened(table, columns)
    assert wide.shape == (300, sum(column.places for column in columns))
    assert (narrowed(wide, table.y, columns, rng) == x).all()


def test_a_generator_starts_at_class_means_and_log_frequencies():
    wide = np.array([[1, 1, 0], [3, 0, 1], [8, 1, 0]], np.float32)
    labels = np.eye(2, dtype=np.float32)[[0, 0, 1]]
    # one more row at the mean of all, (4, 2/3, 1/3), keeps a place never seen from being impossible
    expected = [[8 / 3, np.log(5 / 9), np.log(4 / 9)], [6, np.log(5 / 6), np.log(1 / 6)]]
    np.testing.assert_allclose(averages(wide, labels, [1, 2]), expected, rtol=1e-5)


def test_a_number_of_few_values_is_a_choice_among_them():
    levels = Levels(np.array([0, 0.5, 2], np.float32))
    assert levels.wide(np.array([2, 0], np.float32)).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert levels.back(np.array([[0.1, 0.7, 0.2]]), np.zeros(1), RNG).tolist() == [0.5]
    x = np.stack([np.arange(40) % 2, np.arange(40)], 1).astype(np.float32)
    table = Table(x, np.zeros(40, np.int64), 1, (0, 0), np.ones(40, np.float32))
    assert [type(column) for column in columns_of(table, 50)] == [Levels, NumberScores]
