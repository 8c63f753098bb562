import numpy as np
import pytest
from scipy.stats import chisquare, ks_2samp, norm

from longtail.strategies.base import Resources
from longtail.strategies.generative.gaussian_copula import GaussianCopula, Parts, correlations
from longtail.strategies.table import Table


def known(n, seed):
    """A class whose law is a Gaussian copula: normals of correlation -.7, one through exp, one cut into three codes."""
    rng = np.random.default_rng(seed)
    z = rng.multivariate_normal([0, 0], [[1, -0.7], [-0.7, 1]], n)
    code = np.searchsorted(norm.ppf([0.5, 0.8]), z[:, 1])
    return np.stack([np.exp(z[:, 0]), code], axis=1).astype(np.float32)


def grown(rows, others, seed=0, **parameters):
    x = np.concatenate([np.full((others, 2), [9, 2], np.float32), rows])
    y = np.repeat([0, 1], [others, len(rows)])
    table = Table(x, y, 2, (0, 3), np.ones(len(x), np.float32))
    made = GaussianCopula(**parameters).resample(table, np.random.default_rng(seed), Resources())
    return made.x[len(x) :]


def test_margins_and_ties_of_a_known_law():
    made, truth = grown(known(1500, 0), 4500, strength=1.0), known(3000, 1)
    assert ks_2samp(made[:, 0], truth[:, 0]).pvalue > 0.001
    shares = np.array([0.5, 0.3, 0.2])
    assert chisquare(np.bincount(made[:, 1].astype(int), minlength=3), shares * len(made)).pvalue > 1e-6
    # codes come by their frequency, as the law's do: a code says as much about the number as in the law
    for code in range(3):
        drawn, true = (np.log(x[x[:, 1] == code, 0]).mean() for x in (made, truth))
        assert drawn == pytest.approx(true, abs=0.12)


def test_without_the_ties_a_code_would_say_nothing():
    made = grown(known(1500, 0), 4500, strength=1.0)
    ends = [np.log(made[made[:, 1] == code, 0]).mean() for code in (0, 2)]
    assert ends[0] - ends[1] > 1.0


def test_codes_and_values_are_ones_of_the_class():
    rows = known(30, 2)
    rows[rows[:, 1] == 2, 1] = 0
    made = grown(rows, 900)
    assert len(made) == 134
    assert set(made[:, 0]) <= set(rows[:, 0])
    assert set(made[:, 1]) <= {0, 1}


def test_parts_of_the_line_by_hand():
    column = np.array([4, 4, 4, 9, 9, 1], np.float32)
    parts = Parts.of(column)
    assert parts.codes.tolist() == [4, 9, 1]
    assert parts.edges.tolist() == pytest.approx([3 / 6, 5 / 6, 1])
    z = np.random.default_rng(0).normal(size=200_000)
    within = [
        z[(norm.cdf(z) > low) & (norm.cdf(z) <= high)].mean() for low, high in ((0, 0.5), (0.5, 5 / 6), (5 / 6, 1))
    ]
    assert parts.wide(column)[[0, 3, 5], 0].tolist() == pytest.approx(within, abs=0.02)
    assert parts.kept == pytest.approx(np.average(np.square(within), weights=[3, 2, 1]), abs=0.02)
    back = parts.back(norm.ppf([[0.2], [0.7], [0.9]]), np.zeros(3), np.random.default_rng(0))
    assert back.tolist() == [4, 9, 1]


def test_correlations_are_those_of_the_normals_behind_the_scores():
    rng = np.random.default_rng(0)
    z = rng.multivariate_normal([0, 0, 0], [[1, -0.7, 0.3], [-0.7, 1, 0], [0.3, 0, 1]], 20_000)
    codes = [np.searchsorted(norm.ppf(edges), z[:, at]) for edges, at in (([0.5, 0.8], 1), ([0.6], 2))]
    parts = [Parts.of(code.astype(np.float32)) for code in codes]
    scores = np.column_stack(
        [z[:, 0], *(part.wide(code.astype(np.float32)) for part, code in zip(parts, codes, strict=True))]
    )
    found = correlations(scores, np.array([1, *(part.kept for part in parts)]))
    assert found[0, 1:] == pytest.approx([-0.7, 0.3], abs=0.02)
    assert found[1, 2] == pytest.approx(0, abs=0.02)


def test_constant_columns_hang_together_with_none():
    rng = np.random.default_rng(0)
    scores = np.stack([rng.normal(size=50), np.zeros(50)], axis=1)
    found = correlations(scores, np.ones(2))
    assert np.diag(found) == pytest.approx([1, 1])
    assert found[0, 1] == pytest.approx(0, abs=1e-9)


def test_a_class_of_five_rows_gets_rows_and_one_of_four_is_left():
    made = grown(known(5, 3), 100)
    assert len(made) == 17  # the root of 500 is 22.4
    assert np.isfinite(made).all()
    assert len(grown(known(4, 3), 100)) == 0
    counts = np.array([100, 4])
    table = Table(np.zeros((104, 1), np.float32), np.repeat([0, 1], counts), 2, (0,), np.ones(104, np.float32))
    assert "5 rows or more" in str(GaussianCopula().why_skip(table.profile))
