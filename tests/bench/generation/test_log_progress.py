"""How far a log is written."""

import io

from rich.console import Console

from longtail.bench.generation import log_progress
from longtail.bench.generation.log_progress import LogBar, LogLines, watch_on


def test_a_pipe_gets_plain_lines(monkeypatch):
    clock = iter([0.0, 0.0, 5.0, 20.0, 20.0, 20.0])
    monkeypatch.setattr(log_progress.time, "monotonic", lambda: next(clock))
    text = io.StringIO()
    with watch_on(Console(file=text, width=200)) as watch:
        assert type(watch) is LogLines
        watch.began(10_000, 2_000)
        watch.ended(2_000)
        watch.ended(2_000)
    assert text.getvalue().splitlines() == [
        "2,000 of 10,000 rows are there from before",
        "6,000 of 10,000 rows, 200 a second, about 20 s left",
    ]


def test_a_terminal_gets_a_bar():
    text = io.StringIO()
    with watch_on(Console(file=text, width=120, force_terminal=True)) as watch:
        assert isinstance(watch, LogBar)
        watch.began(10_000, 0)
        watch.ended(4_000)
    assert "4,000/10,000 rows" in text.getvalue()
