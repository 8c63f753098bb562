"""Running text as numbers: what counts as text, and what words become."""

import pickle

import numpy as np
import pandas as pd
import pytest

from longtail.bench.training.encoding import Encoder
from longtail.bench.training.text import WIDTH, TextColumn, is_text, words

TITLES = [f"{colour} {cut} {kind} {n}" for n, colour in enumerate(["red", "blue", "green"]) for cut in ("slim", "wide")
          for kind in ("shirt", "jeans", "shoe")]  # fmt: skip


def column(values, kind=None):
    return pd.Series(values, dtype=kind, name="title")


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_different_values_of_several_words_are_text(kind):
    assert is_text(column(TITLES, kind))
    assert is_text(column([*TITLES, None], kind))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([f"user {n}" for n in range(50)], "two words"),
        (["one of few long sentences", "another of few long sentences"] * 20, "few different values"),
        ([f"id-{n}" for n in range(50)], "one word with a mark inside counts as two"),
        ([1, "two words here", 3.0], "numbers among them"),
        ([f"{n}.5" for n in range(50)], "numbers as texts"),
        ([f"2025-01-31 18:05:{n:02d}" for n in range(50)], "dates as texts: a day and a time"),
        ([f"https://shop.example/a/b-c/{n}" for n in range(50)], "addresses of pages"),
        ([None, None], "nothing"),
        (["one lonely long text"], "one value"),
    ],
)
def test_codes_names_and_few_values_are_no_text(values, why):
    assert not is_text(column(values, "object")), why


def test_numbers_dates_and_booleans_are_no_text():
    frame = pd.DataFrame({"n": range(9), "day": pd.date_range("2025-01-01", periods=9), "yes": [True] * 9})
    assert not any(is_text(frame[name]) for name in frame)


def test_scripts_without_spaces_count_letters():
    assert is_text(column([f"红色运动鞋{n}" for n in range(20)], "object"))
    assert words("Red运动鞋 No5") == ["red", "运", "动", "鞋", "运动", "动鞋", "no5"]
    assert words("it's ÉTÉ_2024, ok") == ["it", "s", "été", "2024", "ok"]


def test_numbers_are_the_svd_of_tf_idf_with_rows_of_one_length():
    text = column(TITLES, "object")
    encoded = TextColumn.of(text).encode(text)
    counts = np.array([[words(title).count(word) for word in VOCABULARY] for title in TITLES], float)
    idf = np.log((1 + len(TITLES)) / (1 + (counts > 0).sum(0))) + 1
    weighed = counts * idf
    weighed /= np.linalg.norm(weighed, axis=1, keepdims=True)
    left, size, _ = np.linalg.svd(weighed, full_matrices=False)
    width = encoded.shape[1]
    direct = left[:, :width] * size[:width]
    direct *= np.sqrt(width) / np.linalg.norm(direct, axis=1, keepdims=True)
    # directions have no sign: what they say is how near rows are
    assert encoded @ encoded.T == pytest.approx(direct @ direct.T, abs=1e-3)
    assert (encoded**2).mean(axis=1) == pytest.approx(np.ones(len(text)), rel=1e-5)


# the numbers 0 to 2 are in six titles each
VOCABULARY = ["red", "blue", "green", "slim", "wide", "shirt", "jeans", "shoe", "0", "1", "2"]


def test_a_text_without_a_known_word_is_zero_and_a_missing_one_is_said():
    text = column([*TITLES, None], "object")
    encoder = TextColumn.of(text)
    encoded = encoder.encode(column(["quite unheard of", None, TITLES[3]], "object"))
    assert encoder.cardinalities == (0,) * encoded.shape[1]
    assert not encoded[:2, :-1].any() and encoded[2, :-1].any()
    assert encoded[:, -1].tolist() == [0, 1, 0]


def test_words_of_rows_to_be_scored_change_nothing():
    text = column(TITLES, "object")
    encoder = TextColumn.of(text)
    before = encoder.encode(text)
    encoder.encode(column(["wombat wombat wombat"] * 50, "object"))
    assert np.array_equal(encoder.encode(text), before)


def test_the_same_rows_give_the_same_numbers_and_survive_pickling():
    text = column(TITLES, "object")
    first, second = TextColumn.of(text), TextColumn.of(text)
    assert np.array_equal(first.encode(text), second.encode(text))
    again = pickle.loads(pickle.dumps(first))
    assert np.array_equal(again.encode(text), first.encode(text))


def test_a_text_has_at_most_so_many_columns_and_few_rows_have_fewer():
    rng = np.random.default_rng(0)
    letters = np.array([f"w{n}" for n in range(400)])
    many = column([" ".join(rng.choice(letters, 8)) for _ in range(500)], "object")
    assert TextColumn.of(many).encode(many).shape == (500, WIDTH)
    few = column(["one two three", "three four five", "five six one"], "object")
    assert TextColumn.of(few).encode(few).shape == (3, 2)


def test_words_that_are_all_different_are_kept():
    text = column(["one two three", "four five six", "seven eight nine"], "object")
    encoded = TextColumn.of(text).encode(text)
    assert np.isfinite(encoded).all() and encoded.any(axis=1).sum() >= 2


def test_an_encoder_takes_text_beside_other_columns_as_numbers():
    frame = pd.DataFrame({"title": TITLES, "city": ["Ulm", "Jena"] * 9, "price": range(18)})
    encoder = Encoder.of(frame)
    table = encoder.table(frame, np.zeros(18, np.int64), 2)
    width = table.x.shape[1] - 2
    assert encoder.cardinalities == (*(0,) * width, 3, 0)
    assert table.x[:, :width] == pytest.approx(TextColumn.of(frame["title"]).encode(frame["title"]))
