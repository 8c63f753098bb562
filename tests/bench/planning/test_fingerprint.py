import ast
import sys
import types

import pytest

from longtail.bench.parts import learner_named, source_named, strategy_named
from longtail.bench.planning import fingerprint
from longtail.bench.planning.fingerprint import Fingerprint, differences, fingerprint_of, of_modules, source_text

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
        "longtail.datasets.ctr",
    }
    harness = (
        "cli",
        "store",
        "runs",
        "parts",
        "execution",
        "planning",
        "publishing",
        "statistics",
        "summary",
        "tracking",
    )
    assert not any(name.startswith(f"longtail.bench.{part}") for name in names for part in harness)
    # the conversion of priors is a part of the classifier; metrics are a step of their own
    assert {name for name in names if ".evaluation." in name} == {"longtail.bench.evaluation.conversion"}
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
        "module b is used no more",
        "module c is new",
        "package numpy changed from 2.0 to 2.1",
    ]
    assert differences({"modules": now.modules, "packages": now.packages}, now) == []
