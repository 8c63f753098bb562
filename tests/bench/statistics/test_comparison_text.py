import json

import pandas as pd
import pytest

from longtail.bench.statistics.baselines import COLUMNS, Snapshot
from longtail.bench.statistics.comparison import Comparison, compare
from longtail.bench.statistics.comparison_text import as_json, as_markdown, as_text


@pytest.fixture
def found() -> Comparison:
    def snapshot(name: str, smote: float, seconds: float) -> Snapshot:
        rows = [
            {
                "dataset": "shop|x",
                "learner": "mlp",
                "device": "cpu",
                "strategy": strategy,
                "seed": seed,
                "status": "done",
                "reference": False,
                "generated": False,
                "ap": 0.3 + (smote if strategy == "smote" else 0.0),
                "f1": 0.5,
                "seconds_total": seconds,
            }
            for strategy in ("none", "smote")
            for seed in range(3)
        ]
        rows.append({**rows[0], "learner": "reference", "strategy": "prior", "reference": True, "ap": 0.1})
        return Snapshot(name, "quick", "2026", "abc", "none", pd.DataFrame(rows, columns=list(COLUMNS)))

    return compare(snapshot("old", 0.0, 10.0), snapshot("new", -0.1, 20.0))


def test_text_says_what_regressed(found):
    lines = as_text(found).splitlines()
    assert lines[:2] == ["new against old", "regression: 1 regressed, 3 identical (6 cells paired by seed)"]
    assert lines[3].split()[:5] == ["regressed", "shop|x", "mlp", "smote", "AP"]
    assert "0.3000" in lines[3]
    assert "2 pairs take at least 1.5 times as long" in lines[-1]


def test_markdown_escapes_what_would_break_the_table(found):
    text = as_markdown(found)
    row = next(line for line in text.splitlines() if "regressed" in line and line.startswith("|"))
    assert row.replace("\\|", "").count("|") == 12
    assert "shop\\|x" in row


def test_json_has_every_row(found):
    value = json.loads(json.dumps(as_json(found), allow_nan=False))
    assert value["counts"] == {"regressed": 1, "identical": 3}
    assert [row["change"] for row in value["rows"]].count("identical") == 3
    assert value["regressed"] is True
    assert value["costs"][0]["ratio"] == 2.0
