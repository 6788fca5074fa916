"""The raw store: the bytes of everything received, under their SHA-256, before anything refers to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from tasks.store.files import make_own, sync_folder, write_whole


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def raw_path(raw: Path, sha256: str) -> Path:
    """Return where the bytes with this hash lie under the folder `raw`."""
    return raw / sha256[:2] / sha256


def keep(raw: Path, data: bytes) -> str:
    """Keep `data` and return its SHA-256; what lies there and is no longer these bytes gives way to them."""
    sha256 = sha256_of(data)
    path = raw_path(raw, sha256)
    if path.exists() and path.read_bytes() == data:
        sync_folder(path.parent)  # whoever wrote it may have died before its name was durable
    else:
        make_own(raw)
        write_whole(path, data)
    return sha256


def fetch(raw: Path, sha256: str) -> bytes:
    """Return the bytes kept under `sha256`; `FileNotFoundError` when they are not there."""
    return raw_path(raw, sha256).read_bytes()


def damaged(raw: Path, progress: Callable[[int], None] = lambda _: None) -> list[str]:
    """Return the hashes under `raw` whose bytes are no longer theirs; `progress` hears of each file looked at."""
    found: list[str] = []
    for path in kept_files(raw):
        if sha256_of(path.read_bytes()) != path.name:
            found.append(path.name)
        progress(1)
    return found


def kept_files(raw: Path) -> list[Path]:
    """Return what lies under `raw`, whole files only, by their hashes."""
    return [path for path in sorted(raw.glob("??/*")) if not path.name.startswith(".")]


def missing(raw: Path, hashes: Iterable[str]) -> list[str]:
    """Return those of `hashes` under which nothing lies."""
    return [sha256 for sha256 in hashes if not raw_path(raw, sha256).is_file()]
