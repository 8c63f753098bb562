"""Fits of one pair of strategy and learner for several seeds at once.

Each seed has a thread that runs its Python code: resampling, stages, members. When every thread waits for training or
is done, the requests are trained together: as one batched program where possible, else one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import torch

from longtail.bench.errors import NotApplicable, TrainingError
from longtail.bench.training.batched import TrainingRequest, train_many
from longtail.bench.training.checkpoints import Look
from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.fitting import Fitted, Fitting
from longtail.bench.training.learner import Learner, why_not
from longtail.bench.training.loop import Budget, Stage, train
from longtail.bench.training.threads import one_thread
from longtail.strategies.base import Strategy
from longtail.strategies.network import Net
from longtail.strategies.table import Table


class SeedBarrier:
    """Barrier at which the threads of the seeds wait for each other, so that their networks are trained together."""

    def __init__(self, seeds: int) -> None:
        self.here = seeds
        self.asked: dict[int, TrainingRequest] = {}
        self.given: dict[int, int | BaseException] = {}
        self.changed = threading.Condition()
        self.batched = self.alone = 0
        """numbers of stages that were trained in a shared program, and alone"""

    def train(
        self,
        net: Net,
        rows: DeviceRows,
        look: Look | None,
        strategy: Strategy,
        budget: Budget,
        stage: Stage,
        only: str = "",
    ) -> int:
        """Train as `loop.train` does, together with the other seeds; return the number of steps."""
        thread = threading.get_ident()
        with self.changed:
            self.asked[thread] = TrainingRequest(net, rows, look, strategy, budget, stage, only)
            self._work_if_all_are_here()
            self.changed.wait_for(lambda: thread in self.given)
            answer = self.given.pop(thread)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def leave(self) -> None:
        """Leave the barrier: one seed is done."""
        with self.changed:
            self.here -= 1
            self._work_if_all_are_here()

    def _work_if_all_are_here(self) -> None:
        if not self.asked or len(self.asked) < self.here:
            return
        asked, self.asked = dict(sorted(self.asked.items())), {}
        while asked:
            leader = next(iter(asked.values()))
            group = {thread: request for thread, request in asked.items() if leader.goes_with(request)}
            group = group or {next(iter(asked)): leader}  # with NaN or tensors, a request equals not even itself
            asked = {thread: request for thread, request in asked.items() if thread not in group}
            self.given.update(zip(group, self._trained(list(group.values())), strict=True))
        self.changed.notify_all()

    def _trained(self, requests: list[TrainingRequest]) -> Sequence[int | BaseException]:
        try:
            if len(requests) > 1:
                self.batched += len(requests)
                return train_many(requests)
            self.alone += 1
            r = requests[0]
            return [train(r.net, r.rows, r.look, r.strategy, r.budget, r.stage, r.only)]
        except Exception as error:  # each seed's own thread raises it
            return [error] * len(requests)


def fit_many(
    strategy: Strategy,
    learner: Learner,
    tables: Sequence[tuple[Table, Table]],
    seeds: Sequence[int],
    device: torch.device,
) -> list[Fitted | NotApplicable | TrainingError]:
    """Fit (training, validation) rows of several seeds at once; a failed seed has its exception in its place.

    Each seed's result equals that of `fit_tables`, up to the rounding of batched matrix products. Its seconds are those
    of all seeds together.
    """
    found: list[Fitted | NotApplicable | TrainingError | BaseException | None] = [None] * len(seeds)
    barrier = SeedBarrier(len(seeds))

    def fit_one(place: int) -> None:
        (rows, valid), seed = tables[place], seeds[place]
        try:
            if sentence := why_not(strategy, learner, rows.profile):
                found[place] = NotApplicable(sentence)
                return
            look, own = valid.reading(strategy.reads), rows.reading(strategy.reads)
            found[place] = Fitting(strategy, learner, own, look, seed, device, barrier.train).fitted()
        except BaseException as error:
            found[place] = error
        finally:
            barrier.leave()

    with one_thread():
        threads = [threading.Thread(target=fit_one, args=(place,), daemon=True) for place in range(len(seeds))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done: list[Fitted | NotApplicable | TrainingError] = []
    for result in found:
        if isinstance(result, Fitted | NotApplicable | TrainingError):
            done.append(result)
        elif isinstance(result, BaseException):
            raise result
    return done
