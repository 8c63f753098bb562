import json

import pytest

from longtail.bench import cli, registry

HEAD = """
from dataclasses import dataclass
from typing import ClassVar, final
import numpy as np
from longtail.strategies.base import Strategy
"""
GOOD = """
@final
@dataclass(frozen=True)
class Mine(Strategy):
    '''Weigh rows by the inverse root of their class's size.'''

    name: ClassVar[str] = "mine"
    grid: ClassVar = {"power": (0.5, 1.0)}
    power: float = 0.5

    def row_weights(self, table):
        w = (np.maximum(table.counts, 1.0) ** -self.power)[table.y].astype(np.float32)
        return w / w.mean()
"""


@pytest.fixture
def checked(tmp_path, capsys):
    before = dict(registry._own)

    def call(source):
        path = tmp_path / "mine.py"
        path.write_text(HEAD + source)
        code = cli.call(["check", str(path), "--json"])
        said = capsys.readouterr()
        findings = json.loads(said.out)["mine"] if said.out else []
        return code, [one["promise"] for one in findings if not one["kept"]], said.err

    yield call
    registry._own.clear()
    registry._own.update(before)


def test_a_strategy_that_keeps_the_contract_passes(checked):
    assert checked(GOOD) == (0, [], "")


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ('"power": (0.5, 1.0)', '"pover": (1,)', "its grid names its parameters"),
        ("power: float = 0.5", "power: float", "it can be made without arguments"),
        ("return w / w.mean()", "return None", "it changes the result"),
        ("return w / w.mean()", "table.weight[:] = 2; return w", "it changes neither its input rows nor itself"),
        (
            "return w / w.mean()",
            "return w * np.random.rand(len(w)).astype(np.float32)",
            "the same seed gives the same scores, whatever the global random state is",
        ),
        ("return w / w.mean()", "return w[:3]", "it scores rows of every shape, or says in a sentence why it can't"),
        ("'''Weigh rows by the inverse root of their class's size.'''", "", "its docstring states the idea"),
    ],
)
def test_each_broken_promise_is_named(checked, old, new, broken):
    code, promises, _ = checked(GOOD.replace(old, new))
    assert code == 1
    assert broken in promises


def test_a_name_that_longtail_has_is_refused(checked):
    code, _, err = checked(GOOD.replace('"mine"', '"smote"'))
    assert code == 1
    assert "but longtail already has a strategy of that name" in err


def test_a_file_that_cannot_be_run_is_one_sentence(checked):
    code, _, err = checked("import nowhere_to_be_found")
    assert code == 1
    assert "can't be run: ModuleNotFoundError" in err
