"""Pool of forked processes for function calls; they end with this process, however it ends."""

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
    """Pool of forked workers, which share what this process has computed; with one job, calls run in this process."""

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
        # this ends the workers' pipe, so each is killed whatever it does
        os.close(self.lifeline[1])
        os.close(self.lifeline[0])
        self.executor.shutdown(wait=False, cancel_futures=True)

    def run(self, call: Callable[..., T], each: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """Yield the result of a call for each set of arguments, as soon as it is ready.

        Raises StoreError where a worker process was killed.
        """
        if self.jobs == 1:
            yield from (call(*arguments) for arguments in each)
            return
        executor = self._executor()
        try:
            for future in as_completed([executor.submit(call, *arguments) for arguments in each]):
                yield future.result()
        except BrokenProcessPool as error:
            raise StoreError(
                "a worker process was killed, perhaps because memory ran out: fewer --jobs need less memory; "
                "finished parts are kept, and the same command continues"
            ) from error

    def _executor(self) -> ProcessPoolExecutor:
        if self.executor is None:
            self.lifeline = os.pipe()
            self.executor = ProcessPoolExecutor(self.jobs, get_context("fork"), _begin, self.lifeline)
        return self.executor


def _begin(read: int, write: int) -> None:
    """Give a worker a group of its own, which ends with the parent's pipe; only the parent receives an interrupt."""
    os.setpgid(0, 0)
    os.close(write)
    die_with_pipe(read)
