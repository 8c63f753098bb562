"""How values are written in MLflow."""

import pytest

from longtail.bench.cells import Cell
from longtail.bench.publishing.entry import Entry, data_input, metric_key, quoted, readable, rounded, seconds


def test_times_are_read_as_records_and_runs_hold_them() -> None:
    assert seconds("1970-01-01T00:01:00+00:00") == 60
    assert seconds("1970-01-01T01:01:00+01:00") == 60
    assert seconds("1970-01-01T00:01:00") == 60
    assert seconds(2.5) == 2.5
    assert seconds(None) == seconds("") == 0


def test_start_is_cut_to_the_milliseconds_that_mlflow_keeps() -> None:
    assert Entry("x", "RUNNING", {}, 1.9999).started_ms == 1999


@pytest.mark.parametrize(
    ("value", "shown"), [(0.123456789, 0.123457), (1234567.8, 1234570.0), (1e-9, 1e-9), (0.0, 0.0)]
)
def test_six_digits_are_kept(value: float, shown: float) -> None:
    assert rounded(value) == shown


def test_names_have_no_quotes_and_an_end() -> None:
    name = readable('file(path="a.csv")', "none", "x" * 300)
    assert name.startswith("file(path=’a.csv’) · none · xxx")
    assert len(name) == 250


def test_names_of_metrics_keep_what_mlflow_takes() -> None:
    assert metric_key("ap/smote(k_neighbors=3)+focal-loss/mlp") == "ap/smote_k_neighbors_3__focal-loss/mlp"


def test_filters_quote_with_what_the_text_lacks() -> None:
    assert quoted("cat50") == "'cat50'"
    assert quoted("it's") == '"it\'s"'


def test_digest_of_data_follows_its_identity_and_fits_mlflow() -> None:
    one, other = (data_input(Cell("cat50", "none", "mlp", 0, data={"rows": rows})) for rows in (1, 2))
    assert one.digest != other.digest
    assert len(one.digest) <= 36
    assert one.source == '{"rows":1}'
    assert data_input(Cell("cat50", "smote", "mlp", 7, data={"rows": 1})) == one
