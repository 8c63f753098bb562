"""Strategies that go wrong in each way that a cell can, for tests of the harness; given by --strategy."""

import ctypes
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from longtail.strategies.base import Fit, Model, Resources, Strategy
from longtail.strategies.table import Floats, Profile, Table


class Constant:
    """Scores that don't depend on the rows."""

    def __init__(self, value: float) -> None:
        self.value = value

    def scores(self, table: Table) -> Floats:
        return np.full((len(table), table.classes), self.value, np.float32)


@final
@dataclass(frozen=True)
class Hangs(Strategy):
    """Never ends, and has started a process that doesn't either."""

    name: ClassVar[str] = "hangs"

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print("hangs now", flush=True)
        time.sleep(600)
        return table


@final
@dataclass(frozen=True)
class Sleeps(Strategy):
    """Takes a while, then gives constant scores."""

    name: ClassVar[str] = "sleeps"
    seconds: float = 0.5

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        time.sleep(self.seconds)
        return Constant(-0.7)


@final
@dataclass(frozen=True)
class Eats(Strategy):
    """Takes memory until it is stopped."""

    name: ClassVar[str] = "eats"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        eaten = []
        while True:
            eaten.append(np.ones(6_000_000))
            time.sleep(0.01)


@final
@dataclass(frozen=True)
class Asks(Strategy):
    """Asks for more memory than there is, at once."""

    name: ClassVar[str] = "asks"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        np.ones(10**12)
        return Constant(0.0)


@final
@dataclass(frozen=True)
class Crashes(Strategy):
    """Reads address 0."""

    name: ClassVar[str] = "crashes"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        ctypes.string_at(0)
        return Constant(0.0)


@final
@dataclass(frozen=True)
class Exits(Strategy):
    """Ends its process without a word."""

    name: ClassVar[str] = "exits"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        os._exit(7)


@final
@dataclass(frozen=True)
class Raises(Strategy):
    """Raises, after much talk."""

    name: ClassVar[str] = "raises"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        for number in range(40_000):
            print("line", number)
        raise RuntimeError("the third wheel came off")


@final
@dataclass(frozen=True)
class NotNumbers(Strategy):
    """Gives NaN for scores."""

    name: ClassVar[str] = "not-numbers"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        return Constant(float("nan"))


@final
@dataclass(frozen=True)
class Declines(Strategy):
    """Can't work on the rows that it meets."""

    name: ClassVar[str] = "declines"

    def why_skip(self, profile: Profile) -> str | None:
        return f"it declines {profile.classes} classes"

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        return Constant(0.0)
