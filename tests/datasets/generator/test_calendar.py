"""Times of rows."""

from datetime import UTC, datetime

import numpy as np
from scipy import stats

from longtail.datasets.generator.calendar import HOURLY, moments


def test_hour_and_weekday_are_those_of_the_time():
    when = moments(np.linspace(0, 0.999, 500), 1, 3)
    dates = [datetime.fromtimestamp(second, UTC) for second in when.seconds]
    assert [date.hour for date in dates] == when.hour.tolist()
    assert [date.weekday() for date in dates] == when.weekday.tolist()
    assert dates[0] == datetime(2025, 1, 13, tzinfo=UTC)
    assert dates[-1] < datetime(2025, 2, 3, tzinfo=UTC)


def test_rows_follow_busy_and_quiet_hours():
    when = moments(np.random.default_rng(0).random(50_000), 0, 2)
    counts = np.bincount(when.weekday * 24 + when.hour, minlength=168)
    assert stats.chisquare(counts, HOURLY * 50_000).pvalue > 0.001
