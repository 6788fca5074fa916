"""The raw store: the bytes of everything received, under their SHA-256, before anything refers to them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def sha256_of(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def raw_path(raw: Path, sha256: str) -> Path:
    """Return where the bytes with this hash lie under the folder `raw`."""
    return raw / sha256[:2] / sha256


def keep(raw: Path, data: bytes) -> str:
    """Keep `data` and return its SHA-256; when this returns, a power cut no longer loses it."""
    sha256 = sha256_of(data)
    path = raw_path(raw, sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return sha256


def fetch(raw: Path, sha256: str) -> bytes:
    """Return the bytes kept under `sha256`; `FileNotFoundError` when they are not there."""
    return raw_path(raw, sha256).read_bytes()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
