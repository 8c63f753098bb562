"""Parsed frames in the cache."""

import pandas as pd
import pytest

from longtail.datasets.reading.parsed import parsed
from longtail.datasets.reading.wheels import CorruptFileWarning

ROWS = pd.DataFrame({"item": pd.Categorical(["a", "b", "a"]), "price": [1.0, 2.5, None]})


@pytest.fixture
def code(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "code.py"
    file.write_text("first version")
    return file


class Parser:
    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return ROWS.copy()


def test_rows_are_parsed_once_and_come_back_the_same(code):
    parse = Parser()
    for _ in range(3):
        pd.testing.assert_frame_equal(parsed("logs", "abc", code, parse), ROWS)
    assert parse.calls == 1


def test_other_code_or_other_bytes_are_parsed_again(code):
    parse = Parser()
    parsed("logs", "abc", code, parse)
    parsed("logs", "abd", code, parse)
    code.write_text("second version")
    parsed("logs", "abc", code, parse)
    assert parse.calls == 3


def test_a_frame_that_was_cut_short_is_noticed_and_made_again(code, tmp_path):
    parse = Parser()
    parsed("logs", "abc", code, parse)
    (file,) = (tmp_path / "cache" / "parsed").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.warns(CorruptFileWarning, match="is corrupt: it is parsed again"):
        pd.testing.assert_frame_equal(parsed("logs", "abc", code, parse), ROWS)
    pd.testing.assert_frame_equal(parsed("logs", "abc", code, parse), ROWS)
    assert parse.calls == 2
