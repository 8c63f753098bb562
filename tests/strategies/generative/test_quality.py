"""Every generator of the family learns a known mixture of mixed columns, and copies no row."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ks_2samp
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from longtail.bench.evaluation.nearness import nearness
from longtail.bench.registry import strategy_named
from longtail.strategies.base import Resources
from longtail.strategies.catalogue import family_of, strategy_classes
from longtail.strategies.table import Floats, Table

NAMES = [name for name, kind in strategy_classes().items() if family_of(kind) == "generative"]
LEARNT = [*NAMES, "conditional-gan(adversary=logistic)"]
RARE = 600


def mixture(common: int, rare: int, seed: int) -> Table:
    """The rare class is shifted and its two numbers run against each other; a code follows the first; income is skew.

    So margins alone, however right, are told apart from the class.
    """
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], (common, rare))
    first = rng.normal(size=len(y))
    second = np.where(y == 1, -0.8, 0.8) * first + 0.6 * rng.normal(size=len(y))
    likely = np.where(first > 0, 0, 3)
    code = np.where(rng.random(len(y)) < 0.6, likely, rng.integers(4, size=len(y)))
    income = rng.lognormal(size=len(y)) * (1 + y)
    flag = rng.random(len(y)) < 0.2 + 0.3 * y
    x = np.stack([first + 2 * y, second, code, income, flag, np.full(len(y), 7)], 1).astype(np.float32)
    return Table(x, y, 2, (0, 0, 4, 0, 0, 0), np.ones(len(y), np.float32))


def told_apart(one: Floats, other: Floats) -> tuple[float, float, float]:
    """A classifier's area under the curve for which sample a row is of, and its 95 % interval by bootstrap."""
    n = min(len(one), len(other))
    x, side = np.concatenate([one[:n], other[:n]]), np.repeat([0, 1], n)
    forest = RandomForestClassifier(100, min_samples_leaf=5, random_state=0)
    scores = cross_val_predict(forest, x, side, cv=4, method="predict_proba")[:, 1]
    rng, areas = np.random.default_rng(0), []
    for _ in range(200):
        rows = rng.integers(2 * n, size=2 * n)
        areas.append(roc_auc_score(side[rows], scores[rows]))
    low, high = np.quantile(areas, [0.025, 0.975])
    return float(roc_auc_score(side, scores)), float(low), float(high)


@cache
def learnt(name: str) -> tuple[Table, Table, Floats]:
    """The rows learnt from, those drawn, and fresh rows of the class."""
    strategy: Any = strategy_named(name[:-1] + ",strength=1)" if name.endswith(")") else f"{name}(strength=1)")
    table = mixture(2400, RARE, 0)
    whole = strategy.resample(table, np.random.default_rng(1), Resources())
    return table, whole.take(np.arange(len(table), len(whole))), mixture(0, 1800, 5).x


@pytest.mark.slow
@pytest.mark.parametrize("name", LEARNT)
def test_a_classifier_tells_it_apart_worse_than_rows_of_independent_margins(name: str) -> None:
    table, made, truth = learnt(name)
    own = table.x[table.y == 1]
    rng = np.random.default_rng(2)
    apart = np.stack([rng.choice(column, 1800) for column in own.T], axis=1)
    area, low, high = told_apart(truth, made.x)
    _, least, _ = told_apart(truth, apart)
    print(
        f"{name}: told apart with an area of {area:.3f} [{low:.3f}, {high:.3f}]; independent margins from {least:.3f}"
    )
    assert high < least


@pytest.mark.slow
@pytest.mark.parametrize("name", LEARNT)
def test_margins_are_near_those_of_the_class(name: str) -> None:
    _, made, truth = learnt(name)
    for column in (0, 1, 3):
        assert ks_2samp(made.x[:, column], truth[:, column]).statistic < 0.15
    for column, values in ((2, range(4)), (4, range(2))):
        counts = [[int((x[:, column] == v).sum()) for v in values] for x in (made.x, truth)]
        # Cramer's V: chi-square over rows, 0 where frequencies agree
        assert np.sqrt(chi2_contingency(counts).statistic / np.sum(counts)) < 0.2


@pytest.mark.slow
@pytest.mark.parametrize("name", LEARNT)
def test_columns_hang_together_as_in_the_class(name: str) -> None:
    _, made, truth = learnt(name)
    drawn, true = (np.corrcoef(x[:, 0], x[:, 1])[0, 1] for x in (made.x, truth))
    assert true < -0.75
    assert drawn < -0.5  # in the frequent class it is +.8; margins alone would give 0
    drawn, true = (x[x[:, 2] == 0, 0].mean() - x[x[:, 2] == 3, 0].mean() for x in (made.x, truth))
    # a copula has codes along one line, the frequent ones first, and so keeps less of it
    assert 0.3 * true < drawn < 1.5 * true


@pytest.mark.slow
@pytest.mark.parametrize("name", LEARNT)
def test_nothing_is_invented_and_nothing_copied(name: str) -> None:
    table, made, _ = learnt(name)
    assert set(made.x[:, 2]) <= {0, 1, 2, 3}
    assert set(made.x[:, 4]) <= {0, 1}
    assert (made.x[:, 5] == 7).all()
    found = nearness(table, made)
    print(f"{name}: {found}, ratio {found.ratio:.2f}")
    assert found.copies < 0.01
    assert found.ratio > 0.7


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cardinalities", [(0, 0), (3, 90), (0, 4, 90, 0)])
def test_codes_and_ends_are_ones_that_were_observed(name: str, cardinalities: tuple[int, ...], make_table: Any) -> None:
    table = make_table((300, 12, 9), cardinalities)
    rows = quick(name).resample(table, np.random.default_rng(0), Resources())
    assert rows.counts.tolist() == [300, 60, 52]
    assert (rows.x[:321] == table.x).all()
    for column, codes in enumerate(cardinalities):
        new, old = rows.x[321:, column], table.x[:, column]
        assert set(new) <= set(old) if codes else (new.min() >= old.min() and new.max() <= old.max())


@pytest.mark.parametrize("name", NAMES)
def test_five_rows_are_enough_and_four_are_left_as_they_are(name: str, make_table: Any) -> None:
    table = make_table((200, 5, 4, 0), (0, 4, 0, 3))
    rows = quick(name).resample(table, np.random.default_rng(0), Resources())
    assert rows.counts.tolist() == [200, 32, 4, 0]
    assert np.isfinite(rows.x).all()
    four = make_table((200, 4)).profile
    assert "5 rows or more" in str(strategy_named(name).why_skip(four))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_rows_and_another_gives_others(name: str, make_table: Any) -> None:
    table = make_table((200, 9))
    first, second, third = (
        quick(name).resample(table, np.random.default_rng(seed), Resources()).x for seed in (1, 1, 2)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, third)


def quick(name: str) -> Any:
    """The generator, hardly trained."""
    small = {"steps": 3, "width": 16, "batch": 20, "codes": 5, "moments": 4}
    kind = strategy_classes()[name]
    fields: Any = kind.__dataclass_fields__
    return kind(**{key: value for key, value in small.items() if key in fields})
