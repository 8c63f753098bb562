"""`longtail data fetch`: what it says; how bytes come is tested with the downloads."""

import pytest

from longtail.bench import cli
from longtail.bench.commands.data import fetch
from longtail.datasets.base import DatasetError
from longtail.datasets.reading import originals, zenodo_collection


@pytest.fixture(autouse=True)
def unreachable(tmp_path, monkeypatch):
    """No test touches the network: every address is out of reach."""

    def download(url, *_):
        raise DatasetError(f"{url} can't be reached")

    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path))
    monkeypatch.setattr(originals, "download", download)
    monkeypatch.setattr(zenodo_collection, "download", download)


def test_what_comes_with_longtail_needs_no_fetching(capsys):
    assert cli.call(["data", "fetch", "digits", "ctr"]) == 0
    assert capsys.readouterr().out.count("nothing to fetch") == 2


@pytest.mark.parametrize("name", ["online-shoppers", "click-prediction-small", "fashion-titles", "zenodo"])
def test_without_a_network_each_set_says_what_else_can_be_done(capsys, name):
    assert cli.call(["data", "fetch", name]) == 1
    said = capsys.readouterr().err
    assert "can't be reached" in said and f"`longtail data add {name} PATH`" in said and "Traceback" not in said


def test_a_name_that_is_none_is_refused(capsys):
    assert cli.call(["data", "fetch", "zenod"]) == 1
    assert "no dataset is called 'zenod', did you mean 'zenodo'?" in capsys.readouterr().err


def test_on_a_pipe_progress_is_a_line_now_and_then(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 6.0, 6.0, 7.0])
    monkeypatch.setattr(fetch.time, "monotonic", lambda: next(clock))
    shown = fetch.DownloadProgress("titles", None)
    for done in (2**20, 3 * 2**20, 4 * 2**20):
        shown(done, 8 * 2**20)
    assert capsys.readouterr().err == "titles: 3.0 of 8.0 MiB\n"


def test_on_a_terminal_progress_is_a_bar():
    bar = fetch._bar()
    shown = fetch.DownloadProgress("titles", bar)
    shown(5, None)
    shown(7, 9)
    (task,) = bar.tasks
    assert (task.description, task.completed, task.total) == ("titles", 7, 9)
