import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.preparation import encode_training, prepare
from longtail.bench.training.splits import evaluation_split
from longtail.datasets.base import Card, Dataset

CARD = Card("t", "r", "l", "s", "x")


@pytest.fixture
def dataset():
    rng = np.random.default_rng(0)
    n = 400
    X = pd.DataFrame(
        {
            "price": np.where(rng.random(n) < 0.1, np.nan, rng.exponential(size=n)),
            "item": rng.choice([f"i{k}" for k in range(50)], n),
            "user": rng.integers(0, 60, n).astype(str),
            "seen": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.random(n) * 1e6, unit="s"),
        }
    )
    y = rng.choice(3, n, p=[0.7, 0.25, 0.05])
    return Dataset(
        "rows",
        X,
        y.astype(np.int64),
        ("no", "maybe", "yes"),
        CARD,
        groups=rng.integers(100, 160, n),
        time=rng.random(n),
        propensity=rng.random(n).astype(np.float32),
        examination=1 - rng.random(n).astype(np.float32),
        posterior=rng.dirichlet(np.ones(3), n),
    )


def shaken(dataset, rows, how):
    X = dataset.X.copy()
    for name in X.columns:
        column = X[name].to_numpy(copy=True)
        column[rows] = how(column[rows])
        X[name] = column
    return Dataset(**{**vars(dataset), "X": X})


def same(first, second):
    return all(
        np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True) for name in ("x", "y", "weight")
    )


def test_permuting_test_features_changes_no_training_input(dataset):
    _, test = evaluation_split(dataset, 0)
    rng = np.random.default_rng(1)
    before, after = prepare(dataset, 0), prepare(shaken(dataset, test, rng.permutation), 0)
    assert same(before.train, after.train)
    assert same(before.valid, after.valid)
    assert not np.array_equal(before.test.x, after.test.x)


def test_validation_features_do_not_reach_the_encoder(dataset):
    before = prepare(dataset, 0)
    training = encode_training(
        dataset.X.iloc[before.learn_rows], dataset.y[before.learn_rows], 3, time=dataset.time[before.learn_rows]
    )
    held = before.learn_rows[training.cut.held]
    after = prepare(shaken(dataset, held, lambda values: np.full_like(values, values[0])), 0)
    assert same(before.train, after.train)
    assert not np.array_equal(before.valid.x, after.valid.x)


def test_parts_are_apart_and_in_order_of_time(dataset):
    prepared = prepare(dataset, 3)
    assert len(prepared.train) + len(prepared.valid) == len(prepared.learn_rows)
    assert not set(prepared.learn_rows) & set(prepared.test_rows)
    assert dataset.time[prepared.learn_rows].max() < dataset.time[prepared.test_rows].min()


def test_truth_belongs_to_the_rows(dataset):
    prepared = prepare(dataset, 0)
    truth, test = prepared.truth, prepared.test_rows
    assert truth.y_test.tolist() == dataset.y[test].tolist()
    assert truth.y_valid.tolist() == prepared.valid.y.tolist()
    assert truth.train_counts.tolist() == np.bincount(prepared.train.y, minlength=3).tolist()
    np.testing.assert_array_equal(truth.posterior_test, dataset.posterior[test])
    warm = {int(group) for group in dataset.groups[prepared.learn_rows]}
    assert truth.warm_test.tolist() == [int(group) in warm for group in dataset.groups[test]]


def test_test_table_holds_no_label_and_nothing_unknown_at_serving(dataset):
    prepared = prepare(dataset, 0)
    assert not prepared.test.y.any()
    assert prepared.test.group is None
    assert prepared.test.propensity is None
    assert prepared.test.examination is None
    assert prepared.train.group is not None
    for name in ("propensity", "examination"):
        known = np.concatenate([getattr(part, name) for part in (prepared.train, prepared.valid)])
        assert sorted(known) == sorted(getattr(dataset, name)[prepared.learn_rows])


def test_users_are_numbered_from_zero(dataset):
    prepared = prepare(dataset, 0)
    groups = np.concatenate([prepared.train.group, prepared.valid.group])
    assert sorted(set(groups)) == list(range(len(set(groups))))


def test_cap_binds_training_rows_only(dataset):
    whole, capped = prepare(dataset, 0), prepare(dataset, 0, rows=50)
    assert len(capped.learn_rows) <= 50
    assert set(capped.learn_rows) <= set(whole.learn_rows)
    assert capped.test_rows.tolist() == whole.test_rows.tolist()


def test_same_seed_same_tables(dataset):
    first, again = prepare(dataset, 5), prepare(dataset, 5)
    assert same(first.train, again.train)
    assert same(first.test, again.test)
    assert first.seconds_encode > 0


def test_unlabelled_rows_go_with_the_training_rows_and_reach_no_encoder(dataset):
    more = dataset.X.iloc[:40].assign(price=1e6).reset_index(drop=True)
    answers = np.arange(40) % 3
    given = Dataset(**{**vars(dataset), "unlabelled": more, "unlabelled_y": answers})
    before, after = prepare(dataset, 0), prepare(given, 0)
    assert same(before.train, after.train)
    assert before.train.unlabelled is None
    assert len(after.train.unlabelled) == 40
    assert not after.train.unlabelled.y.any()
    assert np.array_equal(after.train.oracle, answers)
    assert after.train.unlabelled.cardinalities == after.train.cardinalities
    assert after.valid.unlabelled is None
    assert np.array_equal(after.train.unlabelled.x, after.encoder.table(more, np.zeros(40, np.int64), 3).x)


def test_rows_of_another_market_go_with_the_training_rows_and_reach_no_encoder(dataset):
    frame = dataset.X.iloc[:40].assign(price=1e6, item="elsewhere").reset_index(drop=True)
    market = Dataset("elsewhere", frame, np.arange(40) % 5, tuple("abcde"), CARD)
    before, after = prepare(dataset, 0), prepare(Dataset(**{**vars(dataset), "source": market}), 0)
    assert same(before.train, after.train)
    assert before.train.source is None
    assert after.valid.source is None
    rows = after.train.source
    assert (len(rows), rows.classes, rows.cardinalities) == (40, 5, after.train.cardinalities)
    assert np.array_equal(rows.y, market.y)
    assert np.array_equal(rows.x, after.encoder.table(frame, market.y, 5).x)
    assert not rows.x[:, np.flatnonzero(rows.categorical)[0]].any()  # an item that the market at hand lacks: code 0
