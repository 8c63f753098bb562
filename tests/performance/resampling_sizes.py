"""The most rows that each way of resampling manages within a minute and within 8 GB, on one core.

    python tests/performance/resampling_sizes.py [--jobs 2] [name ...]

prints the tables of sizes in docs/strategies. Rows have 32 numeric columns, a hundredth are of the rare class; sizes
double. Each size runs in a process of its own, whose peak of resident memory counts, with what it imports.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

FAMILIES = ("over_sampling", "under_sampling", "hybrid_sampling")
SMALLEST, LARGEST = 12_500, 1_600_000
SECONDS, GIGABYTES = 60.0, 8.0
VARIANTS = {
    "random-oversampling": ({}, {"shrinkage": 1.0}),
    "borderline-smote": ({"version": 1}, {"version": 2}),
    "edited-nearest-neighbours": ({}, {"rounds": 100}),
    "near-miss": ({"version": 1}, {"version": 2}, {"version": 3}),
    "polynom-fit-smote": ({}, {"topology": "mesh"}),
}


def kinds() -> dict[str, type]:
    """The strategies of the families, by name."""
    from longtail.strategies.base import Strategy

    found = {}
    for family in FAMILIES:
        package = importlib.import_module(f"longtail.strategies.{family}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for kind in vars(importlib.import_module(module.name)).values():
                if isinstance(kind, type) and issubclass(kind, Strategy) and kind.__module__ == module.name:
                    found[kind.name] = kind
    return found


def once(name: str, parameters: dict[str, object], n: int) -> None:
    """Resample n rows once; prints the seconds and the peak of memory in gigabytes."""
    import resource

    import numpy as np
    import torch

    from longtail.bench.training.neighbours import NeighbourProvider
    from longtail.bench.training.threads import one_thread
    from longtail.strategies.base import Resources
    from longtail.strategies.table import Table

    rng = np.random.default_rng(0)
    y = (np.arange(n) % 100 == 0).astype(np.int64)
    x = (rng.normal(size=(n, 32)) + 0.5 * y[:, None]).astype(np.float32)
    table = Table(x, y, 2, (0,) * 32, np.ones(n, np.float32))
    strategy, device = kinds()[name](**parameters), torch.device("cpu")
    start = time.perf_counter()
    with one_thread():
        rows = strategy.resample(table, rng, Resources(device, NeighbourProvider(device)))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps([seconds, peak / 1e9, rows.counts.tolist()]))


def row(name: str, parameters: dict[str, object]) -> str:
    """A line of the table."""
    text = f"{name}({', '.join(f'{key}={value}' for key, value in parameters.items())})" if parameters else name
    last, why = None, "no more rows were tried"
    n = SMALLEST
    while n <= LARGEST:
        command = [sys.executable, __file__, "--once", json.dumps([name, parameters, n])]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=SECONDS + 15, check=False
            )
        except subprocess.TimeoutExpired:
            why = "time"
            break
        if done.returncode:
            why = f"it failed: {(done.stderr.strip().splitlines() or ['killed'])[-1][:80]}"
            break
        seconds, peak, _ = json.loads(done.stdout.splitlines()[-1])
        if seconds > SECONDS or peak > GIGABYTES:
            why = "time" if seconds > SECONDS else "memory"
            break
        last, n = (n, seconds, peak), 2 * n
    if last is None:
        return f"| `{text}` | under {SMALLEST:,} | | | {why} |"
    return f"| `{text}` | {last[0]:,} | {last[1]:.1f} | {last[2]:.1f} | {why} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        once(*json.loads(given.once))
        return
    names = given.names or list(kinds())
    asked = [(name, parameters) for name in names for parameters in VARIANTS.get(name, ({},))]
    print("| strategy | rows | seconds | GB | what ends it |\n|---|---|---|---|---|")
    with ThreadPoolExecutor(given.jobs) as pool:
        for line in pool.map(lambda one: row(*one), asked):
            print(line, flush=True)


if __name__ == "__main__":
    main()
