"""Profiles of small tables that were made for a purpose."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longtail.bench.naming import canonical
from longtail.bench.profile.profile import DatasetProfile, profiled
from longtail.datasets.real.file import File


@pytest.fixture
def profile_of(tmp_path: Path) -> Callable[..., DatasetProfile]:
    """Writes a frame as a CSV file and gives its profile."""

    def make(frame: pd.DataFrame, target: str, time: str | None = None, group: str | None = None) -> DatasetProfile:
        path = tmp_path / "rows.csv"
        frame.to_csv(path, index=False)
        source = File(str(path), target, time, group)
        return profiled(canonical(source.name, source))

    return make


@pytest.fixture(scope="session")
def clicks() -> pd.DataFrame:
    """2,000 rows with a time, users, items, gaps, a leak, and names in Chinese and of ill will."""
    rng = np.random.default_rng(0)
    rows = 2_000
    share = np.arange(1, 8.0) ** -1.5
    names = np.array(["连衣裙", "运动鞋", "<b>x</b>", "$\\frac{1}{2}$", "belt", "hat", "ring"])
    code = rng.choice(7, rows, p=share / share.sum())
    return pd.DataFrame(
        {
            "分类": names[code],
            "时间": pd.date_range("2025-01-01", periods=rows, freq="h").strftime("%Y-%m-%d %H:%M"),
            "user_id": rng.zipf(1.6, rows) % 400,
            "item": [f"i{k}" for k in rng.zipf(1.4, rows) % 300],
            "price": np.where(rng.random(rows) < 0.1, np.nan, rng.lognormal(3 + 0.2 * code, 1)),
            "<script>alert(1)</script>": rng.random(rows) < 0.5,
            "refund": names[code],
        }
    )
