"""`published/releases.json`: every release of every period and stage, for programs that look for the newest one.

Made anew from the manifests each time and swapped at once: a reader sees the old list or the new one.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.publish import manifest
from tasks.publish.release import CURRENT
from tasks.store.files import write_whole

FILE_NAME = "releases.json"


def write_index(published: Path) -> Path:
    """Write the list of all releases under `published` and return its path; an unchanged list is left alone."""
    path = published / FILE_NAME
    descriptor = os.open(published, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # of two at once the later one lists both releases
        listed = index_of(published)
        if not path.is_file() or path.read_bytes() != listed:
            write_whole(path, listed)
    finally:
        os.close(descriptor)
    return path


def index_of(published: Path) -> bytes:
    """Return the list as JSON: by period or stage, the oldest release first.

    A folder without a readable manifest is no release to offer: `cchc doctor` names it.
    """
    paths = sorted(published.glob("*/r*/" + manifest.FILE_NAME), key=_order)
    found = [entry for entry in map(_entry, paths) if entry is not None]
    return (json.dumps({"releases": found}, ensure_ascii=False, indent=1) + "\n").encode()


def _order(path: Path) -> tuple[str, int, str]:
    release = path.parent.name
    return path.parents[1].name, len(release), release


def _entry(path: Path) -> dict[str, Any] | None:
    written = path.read_bytes()
    try:
        return _described(path.parent, json.loads(written), written)
    except (ValueError, KeyError, TypeError):
        return None


def _described(folder: Path, entries: dict[str, Any], written: bytes) -> dict[str, Any]:
    of = {name: entries[name] for name in ("period", "stage", "by") if entries.get(name)}
    return {
        **of,
        "release": entries["release"],
        "state": entries.get("state") or (manifest.PROVISIONAL if entries["provisional"] else manifest.FINAL),
        "illustrative": entries["illustrative"],
        "published_at": entries["created_at"],
        "current": _is_current(folder),
        "path": f"{folder.parent.name}/{folder.name}",
        "files": [*_files(entries["files"]), _manifest(written)],
    }


def _files(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({"name": f["name"], "sha256": f["sha256"], "size": f["size"]} for f in entries)


def _manifest(written: bytes) -> dict[str, Any]:
    return {"name": manifest.FILE_NAME, "sha256": manifest.sha256(written), "size": len(written)}


def _is_current(folder: Path) -> bool:
    link = folder.parent / CURRENT
    return link.is_symlink() and link.readlink().name == folder.name
