"""`manifest.json`: what a release consists of and what it was made from, each file with its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from config.strict import UnusableError
from tasks.publish.content import Made, ReleaseContent
from tasks.publish.open_data import grounds_csv, past_csv
from tasks.store.frames import MENDED

FILE_NAME = "manifest.json"
PROVISIONAL, FINAL = "provisional", "final"


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
        "documents": documents_of(content),
        "software": dict(facts.software),
        "inputs": [asdict(i) for i in facts.inputs],
        "grounds": sha256(grounds_csv(content)),
        "past": [sha256(part) for part in past_csv(content)],
        "data": {name: sha256(data) for name, data in csv_files.items()},
        **_mended(content),
    }
    return sha256(json.dumps(made_from, sort_keys=True).encode())


def _mended(content: ReleaseContent) -> dict[str, int]:
    """Return how many refused files were made good, which the first page counts and no CSV file says."""
    count = int(content.submissions[MENDED].astype(bool).sum())
    return {MENDED: count} if count else {}


def documents_of(content: Made) -> dict[str, str]:
    """Return the SHA-256 of each template that the office can edit: what they say, a release says."""
    return {name: sha256(template) for name, template in content.declarations.documents.items()}


def figures_of(content: ReleaseContent, csv_files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of the figures alone: what is approved, and what a final release stands for."""
    parts = [csv_files[name] for name in ("evaluation.csv", "values.csv")]
    return sha256(json.dumps([sha256(part) for part in (*parts, grounds_csv(content))]).encode())


def manifest(content: ReleaseContent, digest: str, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a release with `files`; the same content and files give the same bytes."""
    facts = content.facts
    approval = facts.approval
    entries: dict[str, Any] = {
        "period": str(content.period),
        "release": facts.name,
        "created_at": facts.created_at.astimezone(content.zone).isoformat(timespec="seconds"),
        "as_of": facts.as_of.astimezone(content.zone).isoformat(timespec="seconds"),
        "run_id": facts.run_id,
        "state": PROVISIONAL if facts.provisional else FINAL,
        "provisional": facts.provisional,
        "approved_by": approval.title if approval else None,
        "approved_at": approval.approved_at.astimezone(content.zone).isoformat(timespec="seconds")
        if approval
        else None,
        "illustrative": facts.illustrative,
        "digest": digest,
        "figures": figures_of(content, files),
        "declarations": content.declarations.digest,
        "software": dict(facts.software),
        "inputs": [asdict(i) for i in facts.inputs],
        "files": [{"name": n, "sha256": sha256(d), "size": len(d)} for n, d in sorted(files.items())],
    }
    return (json.dumps(entries, ensure_ascii=False, indent=2) + "\n").encode()


def digest_in(folder: Path) -> str | None:
    """Return the digest of the release in `folder`, or None when it is not whole: a file is gone or was changed."""
    entries = _entries_in(folder)
    return str(entries["digest"]) if entries else None


def periods_in(folder: Path) -> list[str]:
    """Return the periods that the release of a stage in `folder` looked at, reported or not; [] if it is not whole."""
    entries = _entries_in(folder)
    return [*entries["periods"], *entries["skipped"]] if entries else []


def final_figures_in(folder: Path) -> str | None:
    """Return the digest of the figures of the final release in `folder`; None when it is provisional or not whole."""
    entries = _entries_in(folder)
    return str(entries["figures"]) if entries and entries.get("state") == FINAL else None


@dataclass(frozen=True)
class Difference:
    """How a folder differs from its manifest: the paths of files that are gone, that nobody listed, that changed."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether the folder is exactly what its manifest says."""
        return not (self.missing or self.extra or self.changed)


class NoReleaseError(UnusableError):
    """A folder that has no readable manifest; `str()` is one Vietnamese sentence."""


def difference(folder: Path) -> Difference:
    """Return how the files in `folder` differ from its manifest; `NoReleaseError` when that cannot be read."""
    try:
        listed = {
            str(f["name"]): (f["size"], f["sha256"]) for f in json.loads((folder / FILE_NAME).read_bytes())["files"]
        }
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise NoReleaseError(f"{folder} không phải bản công bố: không có {FILE_NAME} đọc được") from fault
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir()} - {
        FILE_NAME
    }
    changed = (name for name in listed.keys() & found if not _is_as_listed(folder / name, *listed[name]))
    return Difference(
        tuple(sorted(listed.keys() - found)), tuple(sorted(found - listed.keys())), tuple(sorted(changed))
    )


def is_whole(folder: Path) -> bool:
    """Return whether `folder` is exactly what its manifest says: nothing gone, changed, or put in afterwards."""
    try:
        return difference(folder).is_none
    except NoReleaseError:
        return False


def _is_as_listed(path: Path, size: int, digest: str) -> bool:
    """Return whether `path` is a file of its own with these bytes: what a link points to may be another tomorrow."""
    is_own = path.is_file() and not path.is_symlink()
    return is_own and path.stat().st_size == size and sha256(path.read_bytes()) == digest


def _entries_in(folder: Path) -> dict[str, Any] | None:
    try:
        entries: dict[str, Any] = json.loads((folder / FILE_NAME).read_bytes())
        whole = all(sha256((folder / f["name"]).read_bytes()) == f["sha256"] for f in entries["files"])
        return entries if whole and entries["files"] and entries["digest"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sha256(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
