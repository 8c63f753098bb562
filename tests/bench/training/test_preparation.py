import itertools

import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.preparation import encode_training, prepare
from longtail.bench.training.splits import evaluation_split
from longtail.datasets.base import Card, Dataset
from longtail.strategies.base import Resources
from longtail.strategies.under_sampling.edited_nearest_neighbours import EditedNearestNeighbours

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


def pairs(x, y):
    return [(*row, label) for row, label in zip(x.tolist(), y.tolist(), strict=True)]


def in_order(dataset, order):
    """Return the dataset as its file would give it with the rows in another order; users are numbered as they come."""
    own = {name: getattr(dataset, name) for name in ("y", "time", "propensity", "examination", "posterior")}
    given = {name: None if part is None else part[order] for name, part in own.items()}
    groups = None if dataset.groups is None else pd.factorize(dataset.groups[order])[0].astype(np.int64)
    X = dataset.X.iloc[order].reset_index(drop=True)
    return Dataset(**{**vars(dataset), **given, "X": X, "groups": groups})


def unsorted(n, seed=1):
    return np.random.default_rng(seed).permutation(n)


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
    own = after.encoder.table(more, answers, 3)
    assert sorted(pairs(after.train.unlabelled.x, after.train.oracle)) == sorted(pairs(own.x, own.y))
    assert after.train.unlabelled.cardinalities == after.train.cardinalities
    assert after.valid.unlabelled is None


def test_rows_of_another_market_go_with_the_training_rows_and_reach_no_encoder(dataset):
    frame = dataset.X.iloc[:40].assign(price=1e6, item="elsewhere").reset_index(drop=True)
    market = Dataset("elsewhere", frame, np.arange(40) % 5, tuple("abcde"), CARD)
    before, after = prepare(dataset, 0), prepare(Dataset(**{**vars(dataset), "source": market}), 0)
    assert same(before.train, after.train)
    assert before.train.source is None
    assert after.valid.source is None
    rows = after.train.source
    assert (len(rows), rows.classes, rows.cardinalities) == (40, 5, after.train.cardinalities)
    assert sorted(pairs(rows.x, rows.y)) == sorted(pairs(after.encoder.table(frame, market.y, 5).x, market.y))
    assert not rows.x[:, np.flatnonzero(rows.categorical)[0]].any()  # an item that the market at hand lacks: code 0


def without(dataset, *names):
    return Dataset(**{**vars(dataset), **dict.fromkeys(names)})


ROWS = ("x", "y", "group", "propensity", "examination")


@pytest.mark.parametrize("lacking", [(), ("time",), ("time", "groups")])
@pytest.mark.parametrize("rows", [None, 80])
def test_the_order_of_the_file_changes_no_table(dataset, lacking, rows):
    dataset, order = without(dataset, *lacking), unsorted(400)
    # rows of one number and label, which nothing but the user and the times tells apart
    X = dataset.X.assign(
        price=dataset.X.price.round(0).fillna(0), item="i", user="u", seen=dataset.X.seen.dt.floor("D")
    )
    dataset = Dataset(**{**vars(dataset), "X": X})
    one, other = prepare(dataset, 3, rows), prepare(in_order(dataset, order), 3, rows)
    for part in ("train", "valid"):
        for field in ROWS:
            np.testing.assert_array_equal(getattr(getattr(one, part), field), getattr(getattr(other, part), field))
    assert sorted(order[other.test_rows]) == one.test_rows.tolist()
    assert sorted(order[other.learn_rows]) == one.learn_rows.tolist()


def test_the_order_of_other_rows_changes_no_table(dataset):
    rng = np.random.default_rng(2)
    order, answers = unsorted(40), rng.integers(3, size=40)
    trains = []
    for rows in (np.arange(40), order):
        frame = dataset.X.iloc[100:140].iloc[rows].reset_index(drop=True)
        market = Dataset("elsewhere", frame, answers[rows], tuple("abc"), CARD)
        given = {"unlabelled": frame, "unlabelled_y": answers[rows], "source": market}
        trains.append(prepare(Dataset(**{**vars(dataset), **given}), 0).train)
    one, other = trains
    assert np.array_equal(one.oracle, other.oracle)
    for name in ("unlabelled", "source"):
        assert same(getattr(one, name), getattr(other, name))


def test_training_rows_stand_in_an_order_of_the_seed(dataset):
    untimed = without(dataset, "time", "groups")
    frame, y = untimed.X, np.arange(400)  # labels that name the row
    learn = [encode_training(frame, y, 400, time=dataset.time, seed=seed).train.y for seed in (0, 0, 1)]
    assert learn[0].tolist() == learn[1].tolist() != learn[2].tolist()
    assert sorted(learn[0]) == sorted(learn[2])
    # no trace of the order of the file or of time
    for trend in (learn[0], dataset.time[learn[0]], learn[2]):
        assert abs(np.corrcoef(np.arange(len(trend)), trend)[0, 1]) < 0.2


def test_rows_travel_whole_into_their_order(dataset):
    prepared = prepare(dataset, 0)
    training = encode_training(
        dataset.X.iloc[prepared.learn_rows],
        dataset.y[prepared.learn_rows],
        3,
        time=dataset.time[prepared.learn_rows],
        propensity=dataset.propensity[prepared.learn_rows],
        examination=dataset.examination[prepared.learn_rows],
    )
    for part, at in (("train", training.cut.learn), ("valid", training.cut.held)):
        table, rows = getattr(prepared, part), prepared.learn_rows[at]
        assert np.array_equal(table.y, dataset.y[rows])
        assert np.array_equal(table.propensity, dataset.propensity[rows])
        assert np.array_equal(table.examination, dataset.examination[rows])
        assert np.array_equal(table.x, prepared.encoder.table(dataset.X.iloc[rows], table.y, 3).x)
    latest = dataset.time[prepared.learn_rows[training.cut.learn]].max()
    assert latest < dataset.time[prepared.learn_rows[training.cut.held]].min()


def test_a_file_sorted_by_class_favours_no_class_where_distances_tie():
    # six categories, so that most rows have many neighbours at the same distance; a twentieth of the rows is rare
    grid = np.array(list(itertools.product(range(4), range(4), range(4), range(3), range(3), range(3))))
    y = (np.random.default_rng(0).random(len(grid)) < 0.05).astype(np.int64)
    cars = Dataset("cars", pd.DataFrame(grid.astype(str), columns=list("abcdef")), y, ("no", "yes"), CARD)

    def removed(table):
        left = EditedNearestNeighbours().resample(table, np.random.default_rng(0), Resources())
        return len(table) - len(left)

    found = []
    for order in (np.argsort(y, kind="stable"), np.argsort(-y, kind="stable")):
        train = [prepare(in_order(cars, order), seed).train for seed in range(10)]
        found.append([removed(table) for table in train])
    first, last = (removed(train[0].take(np.argsort(sign * train[0].y, kind="stable"))) for sign in (1, -1))
    assert first < 30 and last > 200  # a table in which the majority stands first, and last
    assert found[0] == found[1]
    shuffled = [removed(train[seed].take(unsorted(len(train[seed]), seed))) for seed in range(10)]
    assert abs(np.mean(found[0]) - np.mean(shuffled)) < 3 * np.std(found[0] + shuffled) / np.sqrt(5)
    assert first + 50 < np.mean(found[0]) < last - 50
