"""What the harness adds to a cell: a strategy that does nothing, on a dataset that is ready."""

import subprocess
import sys
import time

import pytest

from longtail.bench.execution.engines.local import LocalEngine
from longtail.bench.planning.plan import expand
from longtail.bench.runs import Run
from longtail.bench.suite import suite_from

CELLS = 30
LIMIT = 0.150
"""seconds a cell"""


class Clock:
    """Notes when cells begin and end."""

    def __init__(self):
        self.first = self.last = 0.0

    def began(self, planned):
        pass

    def ended(self, planned, status, reason, seconds):
        assert status == "done", reason
        self.last = time.perf_counter()
        self.first = self.first or self.last

    def tick(self):
        pass


@pytest.mark.benchmark
def test_the_harness_adds_at_most_150_ms_a_cell(tmp_path):
    suite = suite_from(
        {
            "name": "s",
            "datasets": ["ctr(rows=600,test_rows=400)"],
            "pairs": [{"strategies": ["none"], "learners": [f"tree(leaf={n})" for n in range(2, 2 + CELLS)]}],
            "seeds": 1,
        },
        "",
    )
    run = Run.create(tmp_path, suite, expand(suite), {})
    clock = Clock()
    assert LocalEngine(run, 1, clock).execute(run.planned)
    own = [record.costs["seconds_total"] for _, record in run.records()]
    wall = (clock.last - clock.first) / (CELLS - 1)  # the first cell waits for imports and data
    added = wall - sum(own) / len(own)
    print(f"{1000 * added:.1f} ms added, {1000 * sum(own) / len(own):.1f} ms of its own")
    assert added < LIMIT


@pytest.mark.benchmark
def test_the_import_of_longtail_takes_under_50_ms():
    code = "import time; t = time.perf_counter(); import longtail; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    least = min(float(run.stdout) for run in runs)
    print(f"import longtail: {1000 * least:.1f} ms")
    assert least < 0.05
