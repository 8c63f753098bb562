import io

import pytest
from rich.console import Console

from longtail.bench.cells import Cell
from longtail.bench.execution.progress import Board, RunBar, RunLines, duration, progress_of
from longtail.bench.runs import Planned

TODO = [Planned(Cell("[a]", "none", "mlp", seed), "f", None, 50.0, "controls", True) for seed in range(4)]


def test_time_left_follows_what_cells_took():
    board = Board(TODO, 2)
    assert board.seconds_left == 100
    board.ended(TODO[0], "done", 110.0)
    # 150 s are left by the plan; 110 + 10 were seen where 50 + 10 were planned
    assert board.seconds_left == pytest.approx(150 * 2 / 2)
    assert board.line == "1 done"


def test_no_time_is_left_when_all_is_done():
    board = Board(TODO, 1)
    for planned in TODO:
        board.ended(planned, "failed", 1.0)
    assert board.seconds_left == 0
    assert board.line == "4 failed"


def test_a_pipe_gets_plain_lines_that_say_what_went_wrong():
    out = io.StringIO()
    with progress_of(TODO, 1, Console(file=out, soft_wrap=True)) as watch:
        assert isinstance(watch, RunLines)
        for planned, status in zip(TODO, ("done", "timeout", "not_applicable", "done"), strict=True):
            watch.began(planned)
            watch.ended(planned, status, "it was slow [b]", 1.0)
            watch.tick()
    assert out.getvalue() == (
        "timeout: [a] / none / mlp / seed 1: it was slow [b]\n4 of 4 cells: 2 done, 1 timeout, 1 not applicable\n"
    )


def test_a_terminal_gets_a_bar_with_counts_and_what_runs_now():
    out = io.StringIO()
    with progress_of(TODO, 1, Console(file=out, force_terminal=True, width=120)) as watch:
        assert isinstance(watch, RunBar)
        watch.began(TODO[0])
        watch.ended(TODO[0], "done", "", 1.0)
        watch.began(TODO[1])
        watch.tick()
        shown = out.getvalue()
    assert "1/4" in shown
    assert "1 done" in shown
    assert "[a] / none / mlp / seed 1" in shown


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (89, "89 s"), (91, "2 min"), (3600, "60 min"), (6000, "1 h 40 min")]
)
def test_durations_are_said_as_people_do(seconds, said):
    assert duration(seconds) == said
