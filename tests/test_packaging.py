"""What pyproject says agrees with the folders; the four bare names are never imported."""

import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("bench", "strategies", "datasets", "reports")
PUBLIC = "bench/public"
"""what `import longtail` reads"""


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_packages_are_the_folders_that_hold_code(project: dict) -> None:
    folders = {
        "longtail." + ".".join(file.parent.relative_to(ROOT).parts)
        for part in PARTS
        for file in (ROOT / part).rglob("*.py")
        if "__pycache__" not in file.parts and file.parent != ROOT / PUBLIC
    }
    assert set(project["tool"]["setuptools"]["packages"]) == folders | {"longtail"}
    assert project["tool"]["setuptools"]["package-dir"]["longtail"] == PUBLIC


def test_every_package_has_an_init(project: dict) -> None:
    for package in project["tool"]["setuptools"]["packages"]:
        folder = ROOT.joinpath(*package.split(".")[1:]) if package != "longtail" else ROOT / PUBLIC
        assert (folder / "__init__.py").is_file(), package


def test_data_files_are_packaged(project: dict) -> None:
    declared = project["tool"]["setuptools"]["package-data"]
    for part in PARTS:
        for file in (ROOT / part).rglob("*"):
            if file.suffix in {".py", ".pyc", ""} or not file.is_file() or "__pycache__" in file.parts:
                continue
            package = "longtail." + ".".join(file.parent.relative_to(ROOT).parts)
            assert any(file.match(pattern) for pattern in declared.get(package, [])), file


def test_type_checkers_see_the_folders() -> None:
    for part in PARTS:
        assert (ROOT / ".typing" / "longtail" / part).resolve() == ROOT / part
    for file in (ROOT / PUBLIC).glob("*.py"):
        assert (ROOT / ".typing" / "longtail" / file.name).resolve() == file


def test_constraints_pin_every_dependency(project: dict) -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    pinned = {re.split("==", line)[0].lower().replace("_", "-") for line in lines}
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["project"]["dependencies"], *(name for extra in extras for name in extra)]
    for requirement in wanted:
        assert re.split("[<>=!~ ;]", requirement)[0].lower().replace("_", "-") in pinned, requirement


def test_only_tracking_imports_mlflow() -> None:
    importing = {
        file.relative_to(ROOT).as_posix()
        for part in PARTS
        for file in (ROOT / part).rglob("*.py")
        if re.search(r"^\s*(import|from) mlflow", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert importing == {"bench/publishing/tracking.py"}


@pytest.mark.parametrize("heavy", ["torch", "mlflow", "sklearn", "pandas"])
def test_help_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, longtail.bench.cli; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_import_brings_nothing_heavy() -> None:
    code = (
        "import sys, longtail; sys.exit(bool(sys.modules.keys() & {'numpy', 'torch', 'pandas', 'importlib.metadata'}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_public_names_and_the_version() -> None:
    import longtail
    from longtail.bench.classifier import RebalancedClassifier
    from longtail.testing import check_strategy

    assert longtail.RebalancedClassifier is RebalancedClassifier
    assert longtail.__version__ == importlib.metadata.version("longtail-bench")
    assert callable(check_strategy)
    with pytest.raises(AttributeError, match="no attribute 'Rebalanced'; it has RebalancedClassifier, __version__"):
        _ = longtail.Rebalanced


def test_a_family_folder_shows_its_strategies_and_nothing_else() -> None:
    from longtail.strategies.catalogue import defined_in

    for folder in sorted((ROOT / "strategies").iterdir()):
        if not folder.is_dir() or folder.name == "__pycache__":
            continue
        for file in folder.glob("*.py"):
            if file.name == "__init__.py":
                continue
            module = importlib.import_module(f"longtail.strategies.{folder.name}.{file.stem}")
            assert len(defined_in(module)) == (0 if folder.name == "mechanisms" else 1), file


def test_a_chart_is_one_file_with_its_drawing_and_its_legend() -> None:
    from longtail.reports.charts.panel import Panel

    shared = {"__init__", "panel", "drawing", "plane", "row_axes"}
    for file in (ROOT / "reports" / "charts").glob("*.py"):
        if file.stem in shared:
            continue
        module = importlib.import_module(f"longtail.reports.charts.{file.stem}")
        kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Panel)]
        own = [kind for kind in kinds if kind.__module__ == module.__name__]
        assert len(own) == 1, file
        assert {"draw", "legend"} <= set(vars(own[0])), file


def test_documents_have_no_gaps_and_short_lines() -> None:
    for file in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"):
        text = file.read_text(encoding="utf-8")
        assert "@@" not in text, file
        assert not [line for line in text.splitlines() if len(line) > 160 and not line.startswith("|")], file
