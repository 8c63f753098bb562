import os

import numpy as np
import pytest

from longtail.bench.training import neighbour_cache as module
from longtail.bench.training.neighbour_cache import HEAD, FoundNeighbours, NeighbourCache

KEY, OTHER = b"k" * 32, b"o" * 32


def found(seed=0, rows=7, k=3):
    rng = np.random.default_rng(seed)
    return FoundNeighbours(rng.permutation(rows), rng.integers(rows, size=(rows, k)), rng.random((rows, k)), 1.5 + seed)


def assert_same(kept, given):
    assert (kept.ids == given.ids).all()
    assert (kept.nearest == given.nearest).all()
    assert (kept.squares == given.squares).all()
    assert kept.seconds == given.seconds


def forked(work):
    """Run in a child, and wait."""
    if (child := os.fork()) == 0:
        work()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_what_is_put_under_a_key_is_got_back():
    cache = NeighbourCache()
    for key, given in ((KEY, found(0)), (OTHER, found(1)), (KEY, found(2, rows=4, k=1))):
        cache.put(key, given)
    first, second = cache.get(KEY)
    assert_same(first, found(0))
    assert_same(second, found(2, rows=4, k=1))
    assert_same(cache.get(OTHER)[0], found(1))
    assert cache.get(b"x" * 32) == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the threads that it speaks of do nothing
def test_processes_forked_from_the_one_that_opened_it_share_it():
    cache = NeighbourCache()
    cache.open()
    forked(lambda: cache.put(KEY, found(0)))
    forked(lambda: cache.put(KEY, found(1)))
    assert [kept.seconds for kept in cache.get(KEY)] == [1.5, 2.5]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_record_that_was_broken_off_counts_for_nothing():
    cache = NeighbourCache()
    cache.put(KEY, found(0))

    def die():
        cache._write = lambda record, end: (os.pwrite(cache.file, record[:50], end), os._exit(0))
        cache.put(KEY, found(1))

    forked(die)
    cache.put(OTHER, found(2))
    assert [kept.seconds for kept in cache.get(KEY)] == [1.5]
    assert_same(cache.get(OTHER)[0], found(2))


def test_a_full_shelf_keeps_what_it_has(monkeypatch):
    cache = NeighbourCache()
    cache.put(KEY, found(0))
    monkeypatch.setattr(module, "ROOM", os.fstat(cache.file).st_size + 10)
    cache.put(KEY, found(1))
    assert [kept.seconds for kept in cache.get(KEY)] == [1.5]


def test_a_disk_that_is_full_loses_no_record(monkeypatch):
    cache = NeighbourCache()
    cache.put(KEY, found(0))

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_write", refuse)
    cache.put(KEY, found(1))
    assert len(cache.get(KEY)) == 1


def test_its_file_has_no_name():
    cache = NeighbourCache()
    cache.open()
    assert os.fstat(cache.file).st_nlink == 0
    assert os.fstat(cache.file).st_size == HEAD.size
