"""Zenodo collection on this machine: one archive with a file for each set, in the layout of imbalanced-learn."""

from __future__ import annotations

import re
import shutil
import tarfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from longtail.datasets.base import Absent, DatasetError, Progress
from longtail.datasets.reading.cache import beside, folder, locked, sha256
from longtail.datasets.reading.downloads import download

URL = "https://zenodo.org/record/61452/files/benchmark-imbalanced-learn.tar.gz"
MEMBER = re.compile(r"x(\d{1,2})data\.npz")


class ZenodoSet(NamedTuple):
    """Number in the collection, rows, columns, source of the set, and its repository with the rare class."""

    number: int
    rows: int
    columns: int
    source: str
    told: str


SETS = {
    "ecoli": ZenodoSet(1, 336, 7, "ecoli", "UCI, imU"),
    "optical_digits": ZenodoSet(2, 5_620, 64, "optdigits", "UCI, 8"),
    "satimage": ZenodoSet(3, 6_435, 36, "satimage", "UCI, 4"),
    "pen_digits": ZenodoSet(4, 10_992, 16, "pendigits", "UCI, 5"),
    "abalone": ZenodoSet(5, 4_177, 10, "abalone", "UCI, 7"),
    "sick_euthyroid": ZenodoSet(6, 3_163, 42, "thyroid", "UCI, sick euthyroid"),
    "spectrometer": ZenodoSet(7, 531, 93, "spectrometer", "UCI, 44 and above"),
    "car_eval_34": ZenodoSet(8, 1_728, 21, "car", "UCI, good and very good"),
    "isolet": ZenodoSet(9, 7_797, 617, "isolet", "UCI, A and B"),
    "us_crime": ZenodoSet(10, 1_994, 100, "us_crime", "UCI, above .65"),
    "yeast_ml8": ZenodoSet(11, 2_417, 103, "yeast_ml", "LIBSVM, 8"),
    "scene": ZenodoSet(12, 2_407, 294, "scene", "LIBSVM, more than one label"),
    "libras_move": ZenodoSet(13, 360, 90, "movement_libras", "UCI, 1"),
    "thyroid_sick": ZenodoSet(14, 3_772, 52, "thyroid", "UCI, sick"),
    "coil_2000": ZenodoSet(15, 9_822, 85, "coil_2000", "KDD, minority"),
    "arrhythmia": ZenodoSet(16, 452, 278, "arrhythmia", "UCI, 06"),
    "solar_flare_m0": ZenodoSet(17, 1_389, 32, "flare", "UCI, M above 0"),
    "oil": ZenodoSet(18, 937, 49, "oil", "UCI, minority"),
    "car_eval_4": ZenodoSet(19, 1_728, 21, "car", "UCI, very good"),
    "wine_quality": ZenodoSet(20, 4_898, 11, "winequality", "UCI, 4 and below"),
    "letter_img": ZenodoSet(21, 20_000, 16, "letter", "UCI, Z"),
    "yeast_me2": ZenodoSet(22, 1_484, 8, "yeast", "UCI, ME2"),
    "webpage": ZenodoSet(23, 34_780, 300, "webpage", "LIBSVM w7a, minority"),
    "ozone_level": ZenodoSet(24, 2_536, 72, "ozone_level", "UCI, ozone day"),
    "mammography": ZenodoSet(25, 11_183, 6, "mammography", "UCI, minority"),
    "protein_homo": ZenodoSet(26, 145_751, 74, "protein_homo", "KDD Cup 2004, minority"),
    "abalone_19": ZenodoSet(27, 4_177, 10, "abalone", "UCI, 19"),
}


@dataclass(frozen=True)
class Collection:
    """Files of the collection in the user's cache, and the ways to get them there."""

    url: str = URL

    def absent(self) -> str | None:
        if any(self._file(name).is_file() for name in SETS):
            return None
        return (
            "the Zenodo collection is not on this machine: `longtail data fetch zenodo` downloads it (one archive for "
            "all 27 sets), `longtail data add zenodo PATH` adds the archive or a folder with its files, such as "
            "~/scikit_learn_data/zenodo"
        )

    def home(self, name: str) -> Path:
        """Return the data folder for imbalanced-learn; raises Absent where the file of the set is not in it."""
        if not self._file(name).is_file():
            raise Absent(self.absent() or f"the Zenodo collection here lacks {name}: run `longtail data fetch zenodo`")
        return self._place.parent

    def checksum(self, name: str) -> str:
        """Return the SHA-256 of the file of a set, or an empty text where it is absent."""
        file = self._file(name)
        if not file.is_file():
            return ""
        stat = file.stat()
        return _sha256(file, (stat.st_mtime_ns, stat.st_size))

    def fetch(self, progress: Progress) -> str:
        """Download the archive unless all sets are there, and say so; raises DatasetError where it fails."""
        if all(self._file(name).is_file() for name in SETS):
            return f"all 27 sets are there: {self._place}"
        try:
            archive = download(self.url, self._place / "benchmark-imbalanced-learn.tar.gz", None, progress)
        except DatasetError as error:
            raise DatasetError(
                f"{error}. If you have the archive or a folder of its files, run `longtail data add zenodo PATH`"
            ) from error
        try:
            return self.add(archive)
        finally:
            archive.unlink(missing_ok=True)

    def add(self, place: Path) -> str:
        """Take the files of sets from an archive or folder, and say so; raises DatasetError where none can be read."""
        if not place.exists():
            raise DatasetError(f"there is no file {place}: name the archive, or a folder with files such as x1data.npz")
        with locked(self._place), beside(self._place) as temporary:
            found = _copied(place, temporary) if place.is_dir() else _taken_out(place, temporary)
            if not found:
                raise DatasetError(f"{place} holds no file of the collection, x1data.npz to x27data.npz")
            for file in found:
                file.replace(self._place / file.name)
        return f"{len(found)} of 27 sets are there, each to be checked by its rows and columns: {self._place}"

    @property
    def _place(self) -> Path:
        return folder("files", "zenodo")

    def _file(self, name: str) -> Path:
        return self._place / f"x{SETS[name].number}data.npz"


def _copied(place: Path, to: Path) -> list[Path]:
    return [shutil.copyfile(file, to / file.name) for file in sorted(place.iterdir()) if _is_set(file.name)]


def _taken_out(archive: Path, to: Path) -> list[Path]:
    """Extract the files of sets from an archive, under their own names and nowhere else."""
    found = []
    try:
        with tarfile.open(archive) as opened:
            for member in opened:
                name = Path(member.name).name
                source = opened.extractfile(member) if member.isfile() and _is_set(name) else None
                if source is not None:
                    with (to / name).open("wb") as copy:
                        shutil.copyfileobj(source, copy)
                    found.append(to / name)
    except (tarfile.TarError, EOFError) as error:
        raise DatasetError(f"{archive} is not a readable tar archive: {error}") from error
    return found


def _is_set(name: str) -> bool:
    match = MEMBER.fullmatch(name)
    return match is not None and 1 <= int(match[1]) <= len(SETS)


@lru_cache(maxsize=64)
def _sha256(file: Path, _state: tuple[int, int]) -> str:
    return sha256(file)
