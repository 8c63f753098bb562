"""Calls of a function in forked processes that end with this one, however it ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Self, TypeVar

from longtail.bench.errors import StoreError
from longtail.bench.execution.limits import die_with_pipe

T = TypeVar("T")


class ForkPool:
    """Forks, so that what this process has worked out need not be worked out again; with one job it calls here."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.executor: ProcessPoolExecutor | None = None
        self.lifeline: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.executor is None or self.lifeline is None:
            return
        if kind is None:
            self.executor.shutdown()
        # the workers' pipe ends: whatever one is at, it is killed
        os.close(self.lifeline[1])
        os.close(self.lifeline[0])
        self.executor.shutdown(wait=False, cancel_futures=True)

    def run(self, call: Callable[..., T], each: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """What a call with each set of arguments gives, as it is had; StoreError where a process was killed."""
        if self.jobs == 1:
            yield from (call(*arguments) for arguments in each)
            return
        executor = self._executor()
        try:
            for future in as_completed([executor.submit(call, *arguments) for arguments in each]):
                yield future.result()
        except BrokenProcessPool as error:
            raise StoreError(
                "a worker process was killed, perhaps because memory ran out: fewer --jobs need less; "
                "finished parts stay, and the same command goes on"
            ) from error

    def _executor(self) -> ProcessPoolExecutor:
        if self.executor is None:
            self.lifeline = os.pipe()
            self.executor = ProcessPoolExecutor(self.jobs, get_context("fork"), _begin, self.lifeline)
        return self.executor


def _begin(read: int, write: int) -> None:
    """In a worker: a group of its own, which ends at the end of the parent's pipe; an interrupt goes to the parent."""
    os.setpgid(0, 0)
    os.close(write)
    die_with_pipe(read)
