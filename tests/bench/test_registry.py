"""Learners and engines are found by their files; two with one name are refused."""

import shutil
import sys
from pathlib import Path

import pytest

from longtail import strategies
from longtail.bench import learners, registry
from longtail.bench.errors import ConfigurationError
from longtail.bench.execution import engines
from longtail.strategies import losses
from longtail.strategies.catalogue import CatalogueError, strategy_classes


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Puts files into a copy of a package's folder; what was imported from there is forgotten afterwards."""
    known = set(sys.modules)

    def of(package, found, **files):
        shutil.copytree(Path(package.__path__[0]), tmp_path / "parts", ignore=shutil.ignore_patterns("__pycache__"))
        for name, source in files.items():
            (tmp_path / "parts" / f"{name}.py").write_text(source)
        monkeypatch.setattr(package, "__path__", [str(tmp_path / "parts")])
        found.cache_clear()
        return found

    yield of
    monkeypatch.undo()
    registry.learner_classes.cache_clear()
    engines.engine_classes.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith(("longtail.bench.learners.", "longtail.bench.execution.engines.")):
            del sys.modules[name]


LEARNER = """
from dataclasses import dataclass
from typing import ClassVar
from longtail.bench.training.learner import ANY

@dataclass(frozen=True)
class Constant:
    name: ClassVar[str] = "{name}"
    honours: ClassVar[frozenset[str]] = ANY
"""
ENGINE = """
class Elsewhere:
    name = "{name}"
    def execute(self, todo):
        return True
"""


def test_a_learner_is_one_file(folder):
    assert "constant" in folder(learners, registry.learner_classes, constant=LEARNER.format(name="constant"))()


def test_two_learners_of_one_name_are_refused(folder):
    with pytest.raises(ValueError, match="two learners are called mlp"):
        folder(learners, registry.learner_classes, constant=LEARNER.format(name="mlp"))()


def test_an_engine_is_one_file(folder):
    found = folder(engines, engines.engine_classes, elsewhere=ENGINE.format(name="elsewhere"))
    assert sorted(found()) == ["elsewhere", "local"]
    assert engines.engine_named("elsewhere").__name__ == "Elsewhere"


def test_two_engines_of_one_name_are_refused(folder):
    with pytest.raises(ValueError, match="two engines are called local"):
        folder(engines, engines.engine_classes, elsewhere=ENGINE.format(name="local"))()


def test_an_unknown_engine_names_those_that_there_are():
    with pytest.raises(ConfigurationError, match=r"no executor is called 'ray'.*local"):
        engines.engine_named("ray")


OWN = """
from dataclasses import dataclass
from typing import ClassVar
from longtail.strategies.base import Strategy

@dataclass(frozen=True)
class {kind}(Strategy):
    name: ClassVar[str] = "{name}"
"""


@pytest.fixture
def own(tmp_path):
    """Writes a strategy file into a folder and registers it; what was registered is forgotten afterwards."""
    before = dict(registry._own)

    def add(folder, source):
        path = tmp_path / folder / "mine.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
        return registry.add_strategy_file(path)

    yield add
    registry._own.clear()
    registry._own.update(before)


def test_two_files_of_one_name_are_two_modules(own):
    assert own("a", OWN.format(kind="One", name="first-of-mine")) == ["first-of-mine"]
    assert own("b", OWN.format(kind="Other", name="second-of-mine")) == ["second-of-mine"]
    known = registry.known_strategies()
    assert known["first-of-mine"].__module__ != known["second-of-mine"].__module__


def test_a_file_can_be_read_again_and_another_one_cannot_take_its_name(own):
    own("a", OWN.format(kind="One", name="mine"))
    own("a", OWN.format(kind="Changed", name="mine"))
    assert registry.known_strategies()["mine"].__name__ == "Changed"
    with pytest.raises(ConfigurationError, match=r"b/mine\.py defines 'mine', but .*a/mine\.py already defines"):
        own("b", OWN.format(kind="One", name="mine"))


def test_two_strategies_of_one_name_in_one_file_are_refused(own):
    with pytest.raises(ConfigurationError, match="defines two strategies called mine"):
        own("a", OWN.format(kind="One", name="mine") + OWN.format(kind="Two", name="mine"))


def test_two_strategies_of_one_name_that_ship_are_refused(tmp_path, monkeypatch):
    family = tmp_path / "parts" / "losses"
    shutil.copytree(Path(strategies.__path__[0]) / "losses", family, ignore=shutil.ignore_patterns("__pycache__"))
    (family / "another.py").write_text(OWN.format(kind="Another", name="focal-loss"))
    monkeypatch.setattr(losses, "__path__", [str(family)])
    strategy_classes.cache_clear()
    try:
        with pytest.raises(CatalogueError, match="two strategies have the name focal-loss"):
            strategy_classes()
    finally:
        monkeypatch.undo()
        sys.modules.pop("longtail.strategies.losses.another", None)
        strategy_classes.cache_clear()
