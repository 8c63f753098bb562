"""Suite: a YAML file that names datasets, pairs of strategy and learner, seeds, device and budgets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from longtail.bench import suites
from longtail.bench.errors import ConfigurationError
from longtail.bench.naming import matches, nearest, number_or_text

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SIZES = {
    "b": 1,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
}


def seconds(value: Any) -> Any:
    """Convert a text such as 30m, 90s, 1.5h or 90 to seconds. Raises ValueError where it is not a time."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([smhd]?)\s*", value)
        if match is None:
            raise ValueError(f"a time is a number of seconds, or a number with s, m, h or d such as 30m, not {value!r}")
        return float(match[1]) * UNITS[match[2] or "s"]
    return value


def size_in_bytes(text: str) -> int:
    """Convert a text such as 4GiB, 500MB or 4096 to bytes. Raises ValueError where it is not a size."""
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([a-zA-Z]*)\s*", text)
    if match is None or (match[2] or "b").lower() not in SIZES:
        raise ValueError(f"a size is a number of bytes, or a number with MiB, GiB, MB or GB such as 4GiB, not {text!r}")
    return int(float(match[1]) * SIZES[(match[2] or "b").lower()])


def _seeds(value: Any) -> Any:
    listed = value if isinstance(value, list) else [value]
    for seed in listed:
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise ValueError(f"a seed is an integer, not {seed!r}")
        if seed < 0:
            raise ValueError(f"a seed is 0 or more, not {seed}")
    if not listed or value == 0:
        raise ValueError("a suite needs at least one seed")
    if len(set(listed)) < len(listed):
        raise ValueError("a seed is listed twice")
    return value


def _numbers(values: Any) -> Any:
    return {key: number_or_text(value) for key, value in values.items()} if isinstance(values, dict) else values


def _memory(value: Any) -> Any:
    size_in_bytes(str(value))
    return str(value)


class SuiteModel(BaseModel):
    """Base of the parts of a suite: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(SuiteModel):
    """Strategies and learners, each combined with each."""

    strategies: list[str] = Field(min_length=1)
    learners: list[str] = Field(min_length=1)
    datasets: list[str] | None = None
    """datasets on which they run; None for all"""


class Bands(SuiteModel):
    """Bands of classes, sorted from the largest to the smallest.

    The head is the shortest prefix with at least the share `head` of the rows, the tail the longest suffix with at most
    the share `tail`.
    """

    head: float = Field(0.5, gt=0, lt=1)
    tail: float = Field(0.2, gt=0, lt=1)


class Setting(SuiteModel):
    """Settings of a learner, for one dataset or for all."""

    learner: str
    dataset: str | None = None
    parameters: Annotated[dict[str, Any], BeforeValidator(_numbers)]
    gain_at_double: float | None = None
    """relative gain in the baseline's average precision from training twice as long; None if it was not measured"""


class Suite(SuiteModel):
    """Content of a suite. Every key can be set on the command line."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    description: str = ""
    baseline: str = "none"
    datasets: list[str] = Field(min_length=1)
    pairs: list[Pair] = Field(min_length=1)
    seeds: Annotated[int | list[int], BeforeValidator(_seeds)] = 3
    """number of seeds 0, 1, ..., or a list of seeds"""
    device: Literal["cpu", "cuda", "auto"] = "cpu"
    time_limit: Annotated[float, BeforeValidator(seconds)] = Field(600.0, gt=0)
    """seconds per cell"""
    memory_limit: Annotated[str, BeforeValidator(_memory)] = "4GiB"
    """resident memory per cell"""
    budget: Annotated[float | None, BeforeValidator(seconds)] = Field(None, gt=0)
    """seconds for all cells of a run; cells that do not fit in stay interrupted"""
    rows: int | None = Field(None, ge=20)
    """cap on training rows, which are drawn stratified by class"""
    jobs: int | None = Field(None, ge=1)
    """number of cells at a time; None for one per core"""
    bands: Bands = Field(default_factory=lambda: Bands(head=0.5, tail=0.2))
    settings: list[Setting] = []
    contrasts: list[str] = Field([], max_length=10)
    """strategies chosen in advance for the tests across datasets"""

    @property
    def seed_list(self) -> tuple[int, ...]:
        return tuple(range(self.seeds)) if isinstance(self.seeds, int) else tuple(self.seeds)

    @property
    def memory_bytes(self) -> int:
        return size_in_bytes(self.memory_limit)

    def settings_of(self, learner: str, dataset: str) -> list[Setting]:
        """Return the settings of a learner on a dataset: those for all datasets first, then those for this one."""
        fitting = [setting for setting in self.settings if setting.learner in (learner, learner.partition("(")[0])]
        special = [one for one in fitting if one.dataset is not None and matches(one.dataset, dataset)]
        return [one for one in fitting if one.dataset is None] + special


def suite_names() -> dict[str, Path]:
    """Return the files of the suites that come with longtail, by name."""
    folder = Path(str(resources.files(suites)))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def suite_named(text: str) -> Suite:
    """Return a suite that comes with longtail, by name, or a suite at a path.

    Raises ConfigurationError where there is none or its content breaks a rule.
    """
    known = suite_names()
    path = known.get(text, Path(text))
    if text not in known and path.suffix not in {".yaml", ".yml"}:
        raise ConfigurationError(
            f"no suite is called {text!r}{nearest(text, known)}; "
            f"there are {', '.join(known)}, or give the path of a .yaml file"
        )
    try:
        read = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigurationError(f"the suite {path} can't be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the suite {path} is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(read, dict):
        raise ConfigurationError(
            f"the suite {path} holds a {type(read).__name__}, not a mapping with keys such as datasets, pairs and seeds"
        )
    return suite_from({"name": path.stem} | read, str(path))


def suite_from(values: dict[str, Any], where: str) -> Suite:
    """Check the values of a file or the command line, and return the suite.

    Raises ConfigurationError, which names the key, the rule and the value.
    """
    try:
        return Suite.model_validate(values)
    except ValidationError as error:
        found = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ConfigurationError(f"{where}: {_sentence(found[0])}{more}") from error


def suite_yaml(suite: Suite) -> str:
    """Return the suite as YAML that `suite_named` reads."""
    return yaml.safe_dump(suite.model_dump(exclude_defaults=True), sort_keys=False)


def _sentence(problem: Any) -> str:
    place = [step for step in problem["loc"] if step not in {"int", "list[int]", "function-before"}]
    key = ".".join(str(step) for step in place)
    if problem["type"] == "extra_forbidden":
        known = _keys_at(place[:-1])
        return f"unknown key {key!r}{nearest(str(place[-1]), known)}; the known keys are {', '.join(known)}"
    if problem["type"] == "missing":
        return f"the key {key!r} is missing"
    if problem["type"] == "value_error":
        return f"{key}: {problem['ctx']['error']}"
    shown = repr(problem["input"])
    return f"{key}: {problem['msg']}, not {shown if len(shown) < 80 else shown[:77] + '...'}"


def _keys_at(place: Iterable[Any]) -> list[str]:
    kinds: dict[str, type[SuiteModel]] = {"pairs": Pair, "bands": Bands, "settings": Setting}
    kind: type[SuiteModel] = Suite
    for step in place:
        kind = kinds.get(str(step), kind)
    return list(kind.model_fields)
