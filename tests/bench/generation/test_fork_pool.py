"""Forked calls."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from longtail.bench.generation.fork_pool import ForkPool

# a process of its own, with one thread: it forks
PROGRAM = """
import os, signal, sys, time
from longtail.bench.errors import StoreError
from longtail.bench.generation.fork_pool import ForkPool

def double(value):
    return 2 * value

def die(value):
    os.kill(os.getpid(), signal.SIGKILL)

def sleep(value):
    os.write(1, b"%d\\n" % os.getpid())  # whole: print may write the end of the line by itself
    time.sleep(60)
"""


def run(text):
    return subprocess.run([sys.executable, "-c", PROGRAM + text], capture_output=True, text=True, check=True)


def test_one_job_calls_here():
    with ForkPool(1) as pool:
        assert list(pool.run(lambda value: (value, os.getpid()), [(1,), (2,)])) == [(1, os.getpid()), (2, os.getpid())]


def test_calls_are_shared_and_all_answers_come():
    done = run("with ForkPool(2) as pool: print(sorted(pool.run(double, [(n,) for n in range(5)])))")
    assert done.stdout.strip() == "[0, 2, 4, 6, 8]"


def test_a_killed_worker_is_one_sentence():
    text = """
try:
    with ForkPool(2) as pool:
        list(pool.run(die, [(1,), (2,)]))
except StoreError as error:
    print(error)
"""
    assert "a worker process was killed" in run(text).stdout


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(sign):
    text = "with ForkPool(2) as pool: list(pool.run(sleep, [(1,), (2,)]))"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", PROGRAM + text], **pipes) as process:
        try:
            workers = [int(process.stdout.readline()) for _ in range(2)]
            process.send_signal(sign)
            process.communicate(timeout=20)
        finally:
            process.kill()
    deadline = time.monotonic() + 10
    while any(psutil.pid_exists(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(psutil.pid_exists(pid) for pid in workers)
