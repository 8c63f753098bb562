"""The user's own file as a dataset."""

import decimal
import hashlib
import pickle

import numpy as np
import pandas as pd
import pytest

from longtail.bench import cli
from longtail.bench.registry import source_name, source_named
from longtail.datasets.base import DatasetError
from longtail.datasets.real import file
from longtail.datasets.real.file import File, capped

SEED = np.random.SeedSequence(0)


def table(rows: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "clicked": np.where(np.arange(rows) % 40 == 0, "ja", "nein"),
            "price": rng.lognormal(3, 1, rows),
            "item": [f"i{code}" for code in rng.integers(0, 200, rows)],
            "in stock": rng.random(rows) < 0.5,
            "since": pd.date_range("2024-01-01", periods=rows).strftime("%Y-%m-%d"),
            "ts": pd.date_range("2025-01-01", periods=rows, freq="h").strftime("%Y-%m-%d %H:%M:%S"),
            "user": [f"u{code}" if code else None for code in rng.integers(0, 30, rows)],
            "void": [None] * rows,
        }
    )


@pytest.fixture(params=["csv", "parquet"])
def path(request, tmp_path):
    place = tmp_path / f"my clicks, all.{request.param}"
    table().to_csv(place, index=False) if request.param == "csv" else table().to_parquet(place)
    return place


def test_a_file_becomes_a_dataset(path):
    source = File(str(path), "clicked", time="ts", group="user")
    dataset = source.load(SEED)
    assert dataset.classes == ("ja", "nein") and np.bincount(dataset.y).tolist() == [10, 390]
    assert source.size() == (400, 2)
    assert set(dataset.X.columns) == {"price", "item", "in stock", "since", "ts hour", "ts weekday"}
    assert dataset.X["price"].to_numpy() == pytest.approx(table()["price"])
    assert dataset.X["ts hour"].tolist() == [row % 24 for row in range(400)]
    assert (np.diff(dataset.time) == 3600).all()
    users = table()["user"]
    for code in np.unique(dataset.groups):
        own = users[dataset.groups == code]
        assert own.nunique(dropna=False) == 1 and (own.notna().all() or len(own) == 1)
    facts = dataset.card.facts
    assert facts["columns without a value"] == "left out: void" and facts["imbalance ratio"] == "39"
    assert "row cap" not in facts and "not a feature" in facts["groups"]
    assert dataset.card.checksum == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def test_identity_follows_the_bytes_and_not_the_place(path, tmp_path):
    source = File(str(path), "clicked")
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    assert File(str(copy), "clicked").identity() == source.identity()
    assert File(str(copy), "clicked", time="ts").identity() != source.identity()
    before = source.identity()
    table(410).to_csv(path, index=False)
    assert source.identity() != before and source.size() == (410, 2)


def test_a_cap_is_a_stratified_draw_that_the_card_tells(path):
    dataset = File(str(path), "clicked", rows=200).load(SEED)
    assert len(dataset) == 200 and np.bincount(dataset.y).tolist() == [10, 190]
    assert dataset.card.facts["row cap"].startswith("200 of 400 rows")
    again = File(str(path), "clicked", rows=200).load(np.random.SeedSequence(1))
    pd.testing.assert_frame_equal(dataset.X, again.X)


def test_capped_keeps_rare_classes_and_shares():
    y = np.repeat([0, 1, 2, 3], [90_000, 9_000, 980, 20])
    rows = capped(y, 10_000)
    counts = np.bincount(y[rows])
    assert counts.tolist() == [8982, 900, 98, 20] and (np.diff(rows) > 0).all()
    assert (capped(y, 100_000) == np.arange(100_000)).all()


def test_capped_fits_very_many_classes():
    y = np.repeat(np.arange(400), np.linspace(3, 300, 400).astype(int))
    rows = capped(y, 1_000)
    counts = np.bincount(y[rows], minlength=400)
    assert len(rows) == 1_000 and counts.min() >= 1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"target": "click"}, "no column 'click' for the target, did you mean 'clicked'"),
        ({"target": "clicked", "time": "tss"}, "no column 'tss' for the time, did you mean 'ts'"),
        ({"target": "clicked", "group": "usr"}, "no column 'usr' for the group, did you mean 'user'"),
        ({"target": "price"}, "regression target"),
    ],
)
def test_columns_that_do_not_serve_are_refused(path, parameters, words):
    for ask in (lambda: File(str(path), **parameters).load(SEED), File(str(path), **parameters).size):
        with pytest.raises(DatasetError, match=words):
            ask()


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"target": 1}, 'target must be a text, not 1: write it in quotes, target="1"'),
        ({"target": "y", "rows": 10}, "rows, the cap on the rows used, must be 100 or more, not 10"),
        ({"target": "y", "time": "y"}, "can't also be the time or the group"),
    ],
)
def test_parameters_that_break_a_rule_are_refused(parameters, words):
    with pytest.raises(ValueError, match=words):
        File("x.csv", **parameters)


def test_a_source_travels_to_another_process(path):
    source = File(str(path), "clicked")
    assert pickle.loads(pickle.dumps(source)) == source


def test_more_classes_than_the_cap_has_room_for_are_refused(tmp_path):
    items = pd.DataFrame({"item": [f"i{code:03d}" for code in range(150)] * 4, "a": range(600)})
    items.to_csv(tmp_path / "items.csv", index=False)
    source = File(str(tmp_path / "items.csv"), "item", rows=200)
    for ask in (source.size, lambda: source.load(SEED)):
        with pytest.raises(
            DatasetError, match="has 150 classes, but with at most 200 rows only 66 can have 3 rows each"
        ):
            ask()
    fits = File(str(tmp_path / "items.csv"), "item", rows=450).load(SEED)
    assert np.bincount(fits.y).tolist() == [3] * 150


def test_a_path_with_spaces_and_commas_has_a_text(path):
    source = File(str(path), "clicked", time="ts")
    assert source_named(source_name(source)) == source


def test_the_command_says_in_one_sentence_what_is_wrong(tmp_path, capsys):
    one = tmp_path / "one.csv"
    one.write_text("clicked,a\n" + "0,1\n" * 20)
    assert cli.call(["data", "describe", "--data", str(one), "--target", "clicked"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip() == f"longtail: the column 'clicked' of {one} has one class only, '0': two are needed"


@pytest.mark.parametrize("rows", [100, 997, 5_000])
def test_a_cap_is_used_up(rows):
    y = np.random.default_rng(0).choice(7, 6_000, p=np.array([40, 30, 13, 9, 5, 2, 1]) / 100)
    chosen = capped(y, rows)
    assert len(chosen) == rows == len(np.unique(chosen))


def test_a_column_called_like_one_that_is_made_stays(tmp_path):
    frame = table().assign(**{"ts hour": np.arange(400.0), "ts weekday": "own"})
    frame.to_csv(tmp_path / "log.csv", index=False)
    X = File(str(tmp_path / "log.csv"), "clicked", time="ts").load(SEED).X
    assert X["ts hour"].tolist() == list(range(400)) and set(X["ts weekday"]) == {"own"}
    assert X["ts hour (of the time)"].tolist() == [row % 24 for row in range(400)]
    assert "ts weekday (of the time)" in X.columns


def test_a_large_file_is_read_in_blocks_and_gives_the_same_rows(path, monkeypatch):
    whole = File(str(path), "clicked", time="ts", group="user", rows=150).load(SEED)
    monkeypatch.setattr(file, "WHOLE", 100)
    drawn = File(str(path), "clicked", time="ts", group="user", rows=150).load(SEED)
    monkeypatch.setattr(file, "WHOLE", 0)
    blocks = File(str(path), "clicked", time="ts", group="user", rows=150).load(SEED)
    pd.testing.assert_frame_equal(drawn.X, blocks.X)
    pd.testing.assert_frame_equal(whole.X, blocks.X)
    assert (whole.y == blocks.y).all() and (whole.time == blocks.time).all() and (whole.groups == blocks.groups).all()


def test_what_is_drawn_is_said(path):
    assert File(str(path), "clicked").drawn() == "all 400 rows that have a class"
    assert File(str(path), "clicked", rows=200).drawn().startswith("200 of 400 rows, drawn by class with a fixed seed")


def clicks(tmp_path, name="clicks.csv", **columns):
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"a": rng.normal(size=120), "y": np.tile(["no", "no", "yes"], 40)} | columns)
    path = tmp_path / name
    rows.to_csv(path, index=False) if name.endswith("csv") else rows.to_parquet(path)
    return str(path)


LONG = [9_007_199_254_740_992 + k % 40 for k in range(120)]
"""whole numbers that floats can't tell apart"""


@pytest.mark.parametrize("name", ["clicks.csv", "clicks.parquet"])
def test_long_ids_keep_their_digits_also_where_some_are_missing(tmp_path, name):
    ids = pd.Series(LONG, dtype="Int64")
    ids[5] = pd.NA
    path = clicks(tmp_path, name, user_id=ids, session=ids)
    data = File(path=path, target="y", group="session").load(SEED)
    assert data.X["user_id"].nunique() == 40
    assert str(data.X["user_id"].iloc[7]) == str(LONG[7])
    assert len(np.unique(data.groups)) == 41
    assert data.X["user_id"].isna().sum() == 1


@pytest.mark.parametrize("name", ["clicks.csv", "clicks.parquet"])
def test_long_numbers_as_classes_are_told_apart(tmp_path, name):
    labels = pd.Series([LONG[0], LONG[1]] * 60, dtype="Int64")
    labels[3] = pd.NA
    data = File(path=clicks(tmp_path, name, y=labels), target="y").load(SEED)
    assert data.classes == (str(LONG[0]), str(LONG[1]))
    assert len(data) == 119


def test_classes_with_leading_zeros_are_names(tmp_path):
    data = File(path=clicks(tmp_path, y=["01", "1", "2"] * 40), target="y").load(SEED)
    assert data.classes == ("01", "1", "2")


def test_classes_that_differ_by_spaces_are_told(tmp_path):
    data = File(path=clicks(tmp_path, y=["ja", "ja ", "nein"] * 40), target="y").load(SEED)
    assert data.card.facts["classes that differ by outer spaces only"] == "'ja ': kept apart"


@pytest.mark.parametrize("kind", ["some words", "decimals"])
def test_numbers_are_refused_as_classes_in_any_dress(tmp_path, kind):
    prices = [f"{k % 9}.25" for k in range(120)]
    if kind == "some words":
        path = clicks(tmp_path, y=["unknown", *prices[1:]])
    else:
        path = clicks(tmp_path, "clicks.parquet", y=[decimal.Decimal(price) for price in prices])
    with pytest.raises(DatasetError, match="holds fractions such as"):
        File(path=path, target="y").load(SEED)


@pytest.mark.parametrize("what", ["target", "time", "group"])
def test_lists_are_no_target_time_or_group(tmp_path, what):
    path = clicks(tmp_path, "clicks.parquet", several=[[1, 2]] * 120)
    given = {"target": "y", what: "several"}
    with pytest.raises(DatasetError, match=f"'several' of .* holds lists or records: the {what} must be one value"):
        File(path=path, **given).load(SEED)


def test_groups_of_which_none_can_be_held_out_are_refused(tmp_path):
    labels = ["no"] * 119 + ["no"]
    labels[:60] = ["yes"] * 60
    with pytest.raises(DatasetError, match="has 2 different values, the largest with 50%"):
        File(path=clicks(tmp_path, y=labels, g=["a"] * 60 + ["b"] * 60), target="y", group="g").load(SEED)
    with pytest.raises(DatasetError, match="has 1 different values"):
        File(path=clicks(tmp_path, g=["a"] * 120), target="y", group="g").load(SEED)


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,5", "2,25", "3"], [1.5, 2.25, 3.0]),
        (["1.234,50", "2.000", "7,5"], [1234.5, 2000.0, 7.5]),
    ],
)
def test_decimal_commas_are_told_by_column(tmp_path, texts, numbers):
    path = tmp_path / "comma.csv"
    lines = [f"{texts[k % 3]};0.{k};3,x;{'no' if k % 3 else 'yes'}" for k in range(120)]
    path.write_text("x;points;tags;y\n" + "\n".join(lines))
    data = File(path=str(path), target="y").load(SEED)
    assert data.X["x"].iloc[:3].tolist() == numbers
    assert data.X["points"].iloc[3] == 0.3
    assert isinstance(data.X["tags"].dtype, pd.CategoricalDtype)
    assert data.card.facts["decimal commas"] == "x"
