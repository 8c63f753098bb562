import ast
import shutil
import sys
import types

import pytest

from longtail.bench.planning import fingerprint
from longtail.bench.planning.fingerprint import Fingerprint, differences, fingerprint_of, of_modules
from longtail.bench.planning.plan import expand
from longtail.bench.registry import learner_named, source_named, strategy_named
from longtail.bench.sources import source_text
from longtail.bench.suite import suite_named

PLAIN = """
import numpy as np

def rate(x, power=0.5):
    return x ** -power

class Part:
    size: int = 3
    def grow(self):
        return self.size + 1
"""
TALKATIVE = '''
"""What this module is for."""
import numpy as np  # numbers

# a comment
def rate(x,
         power = 0.5):
    """Say what it does."""
    return x**-power


class Part:
    """A part."""

    size: int = 3
    """how large"""

    def grow(self):

        """More."""
        return (self.size + 1)
'''


def text(source):
    return source_text(ast.parse(source))


def test_layout_comments_and_docstrings_do_not_enter():
    assert text(TALKATIVE) == text(PLAIN)


@pytest.mark.parametrize(
    ("old", "new"), [("0.5", "0.6"), ("+ 1", "- 1"), ("size: int", "width: int"), ("x **", "2 * x **")]
)
def test_every_change_of_code_enters(old, new):
    assert text(PLAIN.replace(old, new)) != text(PLAIN)


def test_what_defines_a_cell_enters_and_the_harness_does_not():
    found = fingerprint_of(strategy_named("smote+threshold"), learner_named("mlp"), source_named("ctr"))
    names = set(found.modules)
    assert names >= {
        "longtail.strategies.over_sampling.smote",
        "longtail.strategies.decision.threshold",
        "longtail.strategies.chain",
        "longtail.strategies.base",
        "longtail.bench.learners.mlp",
        "longtail.bench.training.preparation",
        "longtail.bench.training.fitting",
        "longtail.bench.classifier",
        "longtail.datasets.generated.ctr",
    }
    rooms = {name.split(".")[2] for name in names if name.startswith("longtail.bench.")}
    assert rooms == {"classifier", "learners", "priors", "seeds", "training"}
    assert not any(name.startswith("longtail.reports") for name in names)
    assert set(found.packages) == {"numpy", "scipy", "pandas", "scikit-learn", "imbalanced-learn", "torch"}


def test_another_strategy_is_another_fingerprint_and_other_parameters_are_not():
    learner, source = learner_named("logistic"), source_named("ctr")

    def value(name):
        return fingerprint_of(strategy_named(name), learner, source).value

    assert value("smote") != value("none")
    assert value("smote(k_neighbors=3)") == value("smote")


@pytest.fixture
def own_module(tmp_path):
    """Two modules of a user, the second an edit of the first; gives a function that hashes a source as that module."""
    names = []

    def hashed(source):
        name = f"longtail_own_test{len(names)}"
        path = tmp_path / f"{name}.py"
        path.write_text(source)
        module = types.ModuleType(name)
        module.__file__ = str(path)
        sys.modules[name] = module
        names.append(name)
        return of_modules(frozenset({name})).modules[name]

    yield hashed
    for name in names:
        del sys.modules[name]


def test_a_file_of_ones_own_enters(own_module):
    assert own_module(PLAIN) == own_module(TALKATIVE)
    assert own_module(PLAIN) != own_module(PLAIN.replace("0.5", "0.7"))


def test_imports_are_followed_wherever_they_stand(tmp_path, monkeypatch):
    package = tmp_path / "strategies"
    package.mkdir()
    (package / "a.py").write_text("def f():\n    from longtail.strategies import b\n    return b.x\n")
    (package / "b.py").write_text("import longtail.strategies.c\nx = 1\n")
    (package / "c.py").write_text("y = 2\n")
    monkeypatch.setitem(fingerprint.FOLDERS, "longtail.strategies", package)
    monkeypatch.setattr(fingerprint, "ALWAYS", ())
    for cached in (fingerprint._file, fingerprint._read, fingerprint.of_modules):
        cached.cache_clear()
    try:
        assert list(of_modules(frozenset({"longtail.strategies.a"})).modules) == [
            f"longtail.strategies.{m}" for m in "abc"
        ]
    finally:
        for cached in (fingerprint._file, fingerprint._read, fingerprint.of_modules):
            cached.cache_clear()


def test_differences_name_modules_and_packages():
    before = {"modules": {"a": "1", "b": "1"}, "packages": {"numpy": "2.0"}}
    now = Fingerprint({"a": "2", "c": "1"}, {"numpy": "2.1"})
    assert differences(before, now) == [
        "module a changed",
        "module b is no longer used",
        "module c is new",
        "package numpy changed from 2.0 to 2.1",
    ]
    assert differences({"modules": now.modules, "packages": now.packages}, now) == []


QUICK = expand(suite_named("quick"))
FITTING = {"classifier", "registry", "learners", "training", "priors", "seeds", "records", "cells", "store", "errors"}
"""rooms that make scores, or name and keep them"""


@pytest.fixture
def fingerprints(tmp_path, monkeypatch):
    """Fingerprints of the quick plan's cells, of a copy of the source that `change` has been given module by module."""

    def of(change):
        place = tmp_path / "bench"
        shutil.copytree(fingerprint.FOLDERS["longtail.bench"], place, ignore=shutil.ignore_patterns("__pycache__"))
        for path in place.rglob("*.py"):
            path.write_text(change(path.relative_to(place).as_posix(), path.read_text()))
        monkeypatch.setitem(fingerprint.FOLDERS, "longtail.bench", place)
        for cached in (fingerprint._file, fingerprint._read, fingerprint.of_modules):
            cached.cache_clear()
        return {row.cell.id: row.fingerprint for row in expand(suite_named("quick"))}

    yield of
    monkeypatch.undo()
    for cached in (fingerprint._file, fingerprint._read, fingerprint.of_modules):
        cached.cache_clear()


def changed(source):
    """The source with every constant of the module set to another value, and a line more in every function."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body.append(ast.parse("changed = True").body[0])
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            node.value = ast.Constant("changed")
    return ast.unparse(ast.fix_missing_locations(tree))


def test_what_follows_the_fit_refits_nothing(fingerprints):
    """Each module of these rooms is changed, constants and functions: no cell of the quick plan is to be fitted again.

    The decision rule, metrics, distances of synthetic rows, statistics and reports are a step over kept scores.
    """
    touched = []

    def change(name, source):
        if name.split("/")[0].removesuffix(".py") not in FITTING | {"naming", "planning", "sources", "__init__"}:
            touched.append(name)
            return changed(source)
        return source

    now = fingerprints(change)
    assert {"evaluation/decision_rule.py", "evaluation/nearness.py", "evaluation/metrics/ranking.py"} <= set(touched)
    assert now == {row.cell.id: row.fingerprint for row in QUICK}


@pytest.mark.parametrize("module", ["priors.py", "training/fitting.py", "training/splits.py", "seeds.py"])
def test_what_makes_scores_refits_all(fingerprints, module):
    now = fingerprints(lambda name, source: changed(source) if name == module else source)
    assert not {row.fingerprint for row in QUICK} & set(now.values())
