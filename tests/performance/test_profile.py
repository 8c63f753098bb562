"""How long the profile of a large table takes, and how much memory."""

import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

ROWS = 3_000_000
CHILD = """
import resource, sys
from longtail.bench.naming import canonical
from longtail.bench.profile.profile import profiled
from longtail.datasets.real.file import File
source = File(sys.argv[1], "click", time="ts", group="user_id")
print(profiled(canonical(source.name, source)).rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.benchmark
def test_three_million_rows_take_under_a_minute_and_three_gigabytes(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "click": (rng.random(ROWS) < 0.02).astype(int),
            "ts": np.sort(rng.integers(0, 10**7, ROWS)),
            "user_id": rng.zipf(1.3, ROWS) % 500_000,
            "item": pd.Categorical.from_codes(rng.zipf(1.3, ROWS) % 100_000, [f"i{k}" for k in range(100_000)]),
            "price": rng.lognormal(3, 1, ROWS),
            "position": rng.integers(1, 11, ROWS),
        }
    )
    place = tmp_path / "clicks.csv"
    frame.to_csv(place, index=False)
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", CHILD, str(place)], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    rows, peak = map(int, done.stdout.split())
    unit = 1 if sys.platform == "darwin" else 1024
    print(f"{rows:,} rows in {seconds:.1f} s, peak {peak * unit / 2**30:.2f} GiB")
    assert rows == ROWS
    assert seconds < 60
    assert peak * unit < 3 * 2**30
