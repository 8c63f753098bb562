"""Files of public data that longtail may not ship: fetched from a pinned address or added by the user, then verified.

A file is verified by its SHA-256. A copy with other line ends, quotes or byte order mark is verified by the checksum of
its cells, in their order. Another copy with the same header and number of rows is accepted only where the user adds it.
This is reported, and the copy is identified by its own checksum, so that its results are never mixed with those of the
known copy.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from longtail.datasets.base import Absent, DatasetError, Progress
from longtail.datasets.reading.cache import beside, folder, locked, sha256
from longtail.datasets.reading.downloads import download


@dataclass(frozen=True)
class Address:
    """Public address of a file; `member` is its name inside where the address is that of a zip archive."""

    url: str
    member: str = ""


@dataclass(frozen=True)
class Original:
    """CSV file as it was published: `sha256` is the checksum of its bytes, `cells` that of its cells."""

    file: str
    sha256: str
    cells: str
    columns: tuple[str, ...]
    rows: int
    addresses: tuple[Address, ...]


@dataclass(frozen=True)
class Originals:
    """Files of one set, kept in the user's cache."""

    name: str
    files: tuple[Original, ...]

    def absent(self) -> str | None:
        lacking = [each.file for each in self.files if not (self._place / each.file).is_file()]
        if not lacking:
            return None
        return (
            f"{self.name} is not on this machine ({', '.join(lacking)}): `longtail data fetch {self.name}` downloads "
            f"it, `longtail data add {self.name} PATH` adds your copy"
        )

    def paths(self) -> tuple[Path, ...]:
        """Return the paths of the files, in order; raises Absent."""
        if sentence := self.absent():
            raise Absent(sentence)
        return tuple(self._place / each.file for each in self.files)

    def identity(self) -> dict[str, str]:
        """Return the checksum of the cells of each file; for an absent file the known one."""
        there = {each.file: self._place / each.file for each in self.files}
        return {
            each.file: _cells(each, there[each.file]) if there[each.file].is_file() else each.cells
            for each in self.files
        }

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the files in use, formatted for the card; raises Absent."""
        return ", ".join(f"sha256:{_sha256(path)}" for path in self.paths())

    @property
    def verified(self) -> str:
        """Return how the files in use compare with the known ones; raises Absent."""
        found = self.identity()
        others = [each.file for each in self.files if found[each.file] != each.cells]
        if others:
            return (
                f"{', '.join(others)}: header and number of rows are those of the known copy, its cells are not: "
                "results can't be compared with those of others"
            )
        exact = all(_sha256(path) == each.sha256 for path, each in zip(self.paths(), self.files, strict=True))
        return "by the SHA-256 of the file" if exact else "by the checksum of its cells (line ends or quotes differ)"

    def fetch(self, progress: Progress) -> str:
        """Download the files that are absent or not the known ones, and say so; raises DatasetError where it fails."""
        for each in self.files:
            target = self._place / each.file
            if not (target.is_file() and _cells(each, target) == each.cells):
                _fetched(each, target, progress, self.name)
        return f"{self.name} is there, verified {self.verified}: {', '.join(map(str, self.paths()))}"

    def add(self, place: Path) -> str:
        """Copy files from a path and say so; raises DatasetError where none is there, or one is another table."""
        found = {each: file for each in self.files if (file := _found(each, place)) is not None}
        if not found:
            raise DatasetError(_none_of(self, place))
        for each, file in found.items():
            _check(each, file)
            with locked(self._place), beside(self._place) as temporary:
                shutil.copyfile(file, temporary / each.file).replace(self._place / each.file)
        taken = ", ".join(map(str, found.values()))
        if sentence := self.absent():
            return f"{taken}: taken; {sentence}"
        return f"{taken}: taken for {self.name}, verified {self.verified}"

    @property
    def _place(self) -> Path:
        return folder("files", self.name)


def cells_of(file: Path) -> str:
    """Return the SHA-256 of the cells of a CSV file, independent of line ends and quotes.

    Raises DatasetError where the file is not CSV in UTF-8, or can't be read.
    """
    found = hashlib.sha256()
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.reader(opened):
                if row:
                    found.update("\x1f".join(row).encode() + b"\n")
    except (UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{file} is not a CSV file in UTF-8: {error}") from error
    except OSError as error:
        raise DatasetError(f"{file} can't be read: {error.strerror}") from error
    return found.hexdigest()


def _fetched(original: Original, target: Path, progress: Progress, name: str) -> None:
    """Try one address after the other; raise DatasetError with all failures and the alternative where none works."""
    troubles = []
    for address in original.addresses:
        try:
            if not address.member:
                download(address.url, target, original.sha256, progress)
                return
            archive = download(address.url, target.with_name(f"{original.file}.zip"), None, progress)
            _taken_out(original, archive, address.member, target)
            return
        except DatasetError as error:
            troubles.append(str(error))
    raise DatasetError(
        f"{original.file} can't be fetched: {'; '.join(troubles)}. If you have a copy, run `longtail data add {name} "
        "PATH`"
    )


def _taken_out(original: Original, archive: Path, member: str, target: Path) -> None:
    """Extract one file from an archive, verify it by its cells, and delete the archive."""
    try:
        with zipfile.ZipFile(archive) as opened, beside(target.parent) as temporary:
            new = temporary / original.file
            with opened.open(member) as source, new.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            if (found := cells_of(new)) != original.cells:
                raise DatasetError(f"{member} in the archive has cells with the SHA-256 {found}, not {original.cells}")
            new.replace(target)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DatasetError(f"{archive.name} is not a zip archive that holds {member}: {error}") from error
    finally:
        archive.unlink(missing_ok=True)


def _found(original: Original, place: Path) -> Path | None:
    """Return the file at a path: in a folder the one with its name, else the file itself if it has the known header."""
    if place.is_dir():
        inside = place / original.file
        return inside if inside.is_file() else None
    return place if place.is_file() and _header(place) == original.columns else None


def _check(original: Original, file: Path) -> None:
    """Raise DatasetError for a file with another header or another number of rows."""
    if sha256(file) == original.sha256 or cells_of(file) == original.cells:
        return
    header = _header(file)
    if header != original.columns:
        raise DatasetError(
            f"{file} has the columns {_short(header)}, not those of {original.file}: {_short(original.columns)}"
        )
    if (rows := _rows(file)) != original.rows:
        raise DatasetError(f"{file} has {rows:,} rows and {original.file} has {original.rows:,}: it is another table")


def _none_of(originals: Originals, place: Path) -> str:
    names = " and ".join(each.file for each in originals.files)
    if place.is_dir():
        return f"the folder {place} holds no file of {originals.name}, which needs {names}"
    if not place.is_file():
        return f"there is no file {place}: name {names}, or the folder that holds it"
    wanted = " or ".join(_short(each.columns) for each in originals.files)
    return (
        f"{place} has the columns {_short(_header(place))}, but {originals.name} needs a file with the columns {wanted}"
    )


def _header(file: Path) -> tuple[str, ...]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return tuple(next(csv.reader(opened), ()))
    except (UnicodeDecodeError, csv.Error):
        return ("(no text)",)
    except OSError as error:
        raise DatasetError(f"{file} can't be read: {error.strerror}") from error


def _rows(file: Path) -> int:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return sum(1 for row in csv.reader(opened) if row) - 1


def _short(columns: tuple[str, ...]) -> str:
    return ", ".join(columns[:6]) + (f" and {len(columns) - 6} more" if len(columns) > 6 else "")


def _cells(original: Original, file: Path) -> str:
    return original.cells if _sha256(file) == original.sha256 else _cells_of(file, _state(file))


def _sha256(file: Path) -> str:
    return _sha256_of(file, _state(file))


def _state(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=64)
def _sha256_of(file: Path, _state: tuple[int, int]) -> str:
    return sha256(file)


@lru_cache(maxsize=64)
def _cells_of(file: Path, _state: tuple[int, int]) -> str:
    return cells_of(file)
