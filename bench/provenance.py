"""Provenance of results: machine, versions, commit."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parents[1]
PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "imbalanced-learn", "torch")
"""numeric packages, whose versions are part of every fingerprint"""


@cache
def machine() -> dict[str, Any]:
    """Return the machine's names, cores, memory in bytes, and versions."""
    return {
        "host": socket.gethostname(),
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "platform": platform.platform(),
        "python": platform.python_version(),
    }


def cpu_model() -> str:
    """Return the processor's name, as far as the system reports it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def gpus() -> list[str]:
    """Return the names of the CUDA devices, as torch reports them."""
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return [torch.cuda.get_device_name(index) for index in range(count)]


@cache
def commit() -> dict[str, Any]:
    """Return the commit of longtail's source and whether files differ from it; empty where it is not a git clone."""
    if not (HERE / ".git").exists():
        return {}
    try:
        head = _git("rev-parse", "HEAD")
        return {"commit": head, "dirty": bool(_git("status", "--porcelain", "--untracked-files=no"))}
    except (OSError, subprocess.SubprocessError):
        return {}


@cache
def packages() -> dict[str, str]:
    """Return the installed version of each numeric package, by name."""
    return {name: importlib.metadata.version(name) for name in PACKAGES}


def version() -> str:
    """Return the version of longtail."""
    return importlib.metadata.version("longtail-bench")


def of_run() -> dict[str, Any]:
    """Return the provenance that all records of a run share."""
    here = machine()
    return {
        "host": here["host"],
        "cpu": here["cpu"],
        "python": here["python"],
        "platform": here["platform"],
        "longtail": version(),
        "packages": packages(),
        **commit(),
    }


def command() -> str:
    """Return the command line as it was typed, as far as Python knows it."""
    return " ".join(["longtail", *sys.argv[1:]])


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(HERE), *words],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stdout.strip()
