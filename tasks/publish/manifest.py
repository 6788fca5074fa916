"""`manifest.json`: what a release consists of and what it was made from, each file with its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tasks.publish.content import ReleaseContent
from tasks.publish.open_data import grounds_csv

FILE_NAME = "manifest.json"


def digest_of(content: ReleaseContent, csv_files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of everything that a release shows, save when and by which run it was made.

    The same digest means that there is nothing new to publish.
    """
    facts = content.facts
    made_from = {
        "period": str(content.period),
        "provisional": facts.provisional,
        "illustrative": facts.illustrative,
        "declarations": content.declarations.digest,
        "software": dict(facts.software),
        "inputs": [asdict(i) for i in facts.inputs],
        "grounds": sha256(grounds_csv(content)),
        "data": {name: sha256(data) for name, data in csv_files.items()},
    }
    return sha256(json.dumps(made_from, sort_keys=True).encode())


def manifest(content: ReleaseContent, digest: str, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a release with `files`; the same content and files give the same bytes."""
    facts = content.facts
    entries: dict[str, Any] = {
        "period": str(content.period),
        "release": facts.name,
        "created_at": facts.created_at.astimezone(content.zone).isoformat(timespec="seconds"),
        "as_of": facts.as_of.astimezone(content.zone).isoformat(timespec="seconds"),
        "run_id": facts.run_id,
        "provisional": facts.provisional,
        "illustrative": facts.illustrative,
        "digest": digest,
        "declarations": content.declarations.digest,
        "software": dict(facts.software),
        "inputs": [asdict(i) for i in facts.inputs],
        "files": [{"name": n, "sha256": sha256(d), "size": len(d)} for n, d in sorted(files.items())],
    }
    return (json.dumps(entries, ensure_ascii=False, indent=2) + "\n").encode()


def digest_in(folder: Path) -> str | None:
    """Return the digest of the release in `folder`, or None when it is not whole: a file is gone or was changed."""
    try:
        entries = json.loads((folder / FILE_NAME).read_bytes())
        whole = all(sha256((folder / f["name"]).read_bytes()) == f["sha256"] for f in entries["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(entries["digest"]) if whole and entries["files"] else None


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
