"""Manifest beside the parts of an exported log: description and checksums."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from longtail.datasets.base import DatasetError
from longtail.datasets.generator.parquet import Part

FILE = "_manifest.json"
"""name that readers of Parquet folders skip, for its leading underscore"""
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """Content of a folder. `identity` defines the bytes of all parts, `about` explains them to people and tools."""

    identity: dict[str, Any]
    about: dict[str, Any]
    parts: tuple[Part, ...] = ()
    complete: bool = False

    def write(self, folder: Path) -> None:
        """Write it into the folder in one step."""
        told = {"format": FORMAT, "complete": self.complete, "identity": self.identity, **self.about}
        told["parts"] = [asdict(part) for part in self.parts]
        beside = folder / f"{FILE}.partial"
        with beside.open("w") as file:
            file.write(json.dumps(told, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / FILE)

    def with_parts(self, parts: Iterable[Part], complete: bool) -> Manifest:
        """Return the manifest with other parts, in order of their files."""
        return Manifest(self.identity, self.about, tuple(sorted(parts, key=lambda part: part.file)), complete)


def known_parts(folder: Path, identity: dict[str, Any]) -> dict[str, Part]:
    """Return the parts that the manifest of a folder lists, by file.

    Raises DatasetError where the folder holds other data or files, or its manifest can't be read.
    """
    path = folder / FILE
    if not path.exists():
        own = {".lock", f"{FILE}.partial"}
        if others := sorted(entry.name for entry in folder.iterdir() if entry.name not in own):
            raise DatasetError(
                f"the folder {folder} holds {others[0]!r} and no {FILE}: generated data need a folder of their own"
            )
        return {}
    told = _read(path)
    if told.get("identity") != identity:
        raise DatasetError(
            f"the folder {folder} holds other data ({difference(told.get('identity', {}), identity)}): "
            "name another folder, or remove this one"
        )
    try:
        return {part["file"]: Part(**part) for part in told["parts"]}
    except (KeyError, TypeError) as error:
        raise _unreadable(path) from error


def difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Return the first difference between two identities, in words."""
    for key in (*now, *(key for key in before if key not in now)):
        old, new = before.get(key), now.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            return difference(old, new)
        return f"{key} is {old!r} there and {new!r} here"
    return "nothing differs"


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _unreadable(path)
    return told


def _unreadable(path: Path) -> DatasetError:
    return DatasetError(f"{path} is not a manifest written by this version of longtail: name another folder")
