"""Publishing: made aside, checked, put in place under its name, and only then pointed to.

What is published is an `Edition`: of a period (`publish`) or of a stage (`stage_release.py`), handled alike.
`published/<period or stage>/` holds the releases r001, r002 … and `current`, a link to one of them. A reader who
follows the link sees the old release or the new one, never a mix, wherever the work is cut off; what a cut left behind
is cleaned up, or taken over, by the next run.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.period import Period
from tasks.events import started
from tasks.publish import manifest, page, report, site, workbook
from tasks.publish.content import ReleaseContent, release_name
from tasks.publish.open_data import csv_files
from tasks.publish.period_package import period_package
from tasks.publish.verify import check_release
from tasks.store.files import sync_folder, write_together

CURRENT = "current"
_RELEASE = re.compile(r"r(\d{3,})")
_PART = ".part"  # the end of the hidden names of what is being made

Verify = Callable[[Path], None]


@dataclass(frozen=True)
class Edition:
    """What is to be published: the digest that says whether it is new, its files by release number, and its check.

    `check` is given the finished folder and its number, and raises when what was written must not be published.
    """

    digest: str
    files: Callable[[int], Mapping[str, bytes]]
    check: Callable[[Path, int], None]


@dataclass(frozen=True)
class Release:
    """A published release: its folder, its name, and whether this run published it."""

    path: Path
    name: str
    is_new: bool


@contextmanager
def alone_in(home: Path, period: Period | str) -> Iterator[Path]:
    """Give the folder of `period`, or of the stage of that code, under `home`/published once no other publishes there.

    What a release shows is to be gathered in here: gathered before, it could be older than what another run published
    meanwhile. The lock goes with the process, however it ends.
    """
    folder = home / "published" / str(period)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)


def publish(content: ReleaseContent, folder: Path, verify: Verify) -> Release:
    """Publish `content` in `folder`, which `alone_in` gave, and return its release; the current one if it is the same.

    The files are read again and compared with `content`; then `verify` looks at the finished folder. If either raises,
    nothing is published.
    """
    return publish_edition(_edition_of(content, verify), folder)


def publish_edition(edition: Edition, folder: Path) -> Release:
    """Publish `edition` in `folder`, which `alone_in` gave, and return its release; the current one if it is the same.

    If its check raises, nothing is published.
    """
    _clean(folder)
    current = current_release(folder)
    if current is not None and manifest.digest_in(current) == edition.digest:
        return Release(current, current.name, is_new=False)
    release = _finished(folder, edition.digest) or _make(folder, edition)
    _point_to(folder, release)
    return Release(release, release.name, is_new=True)


def write_edition(edition: Edition, folder: Path) -> Path:
    """Write the files that a release of `edition` would have into `folder` and return it; no pointer knows of them."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, edition.files(0))
    edition.check(folder, 0)
    return folder


def write_aside(content: ReleaseContent, folder: Path) -> Path:
    """Write the files that a release of `content` would have into `folder` and return it; no pointer knows of them."""
    return write_edition(_edition_of(content, lambda _: None), folder)


def _edition_of(content: ReleaseContent, verify: Verify) -> Edition:
    data = csv_files(content)
    digest = manifest.digest_of(content, data)

    def check(folder: Path, number: int) -> None:
        check_release(folder, content.numbered(number))
        verify(folder)

    return Edition(digest, lambda number: _files(content.numbered(number), data, digest), check)


def _files(content: ReleaseContent, data: Mapping[str, bytes], digest: str) -> Mapping[str, bytes]:
    parts: tuple[Callable[[], Mapping[str, bytes]], ...] = (
        lambda: period_package(content, data),
        lambda: {workbook.FILE_NAME: workbook.workbook(content)},
        lambda: {page.FILE_NAME: page.page(content)},
        lambda: {report.FILE_NAME: report.report(content)},
        lambda: site.site(content),
    )
    files = dict(data)
    with started("Công bố", len(parts), "phần") as progress:
        for part in parts:
            files |= part()
            progress(1)
    return {**files, manifest.FILE_NAME: manifest.manifest(content, digest, files)}


def current_release(folder: Path) -> Path | None:
    """Return the release that `current` in the folder of a period points to, or None."""
    link = folder / CURRENT
    return folder / link.readlink().name if link.is_symlink() and link.is_dir() else None


def is_astray(folder: Path) -> bool:
    """Return whether there are releases in `folder` and `current` is no link to the newest of them."""
    releases, link = _releases(folder), folder / CURRENT
    return bool(releases) and not (link.is_symlink() and str(link.readlink()) == releases[max(releases)].name)


def _finished(folder: Path, digest: str) -> Path | None:
    """Return the newest release if it is this very one: an earlier run was cut off between its name and the link."""
    releases = _releases(folder)
    newest = releases[max(releases)] if releases else None
    return newest if newest is not None and manifest.digest_in(newest) == digest else None


def _make(folder: Path, edition: Edition) -> Path:
    number = max(_releases(folder), default=0) + 1
    name = release_name(number)
    part = folder / f".{name}{_PART}"
    part.mkdir()
    try:
        _write(part, edition.files(number))
        edition.check(part, number)
    except BaseException:
        shutil.rmtree(part)
        raise
    return _put_in_place(part, folder / name)


def _write(part: Path, files: Mapping[str, bytes]) -> None:
    write_together(part, files)


def _put_in_place(part: Path, path: Path) -> Path:
    sync_folder(part)
    part.rename(path)  # refused when there already is a release of that name
    sync_folder(path.parent)
    return path


def _point_to(folder: Path, release: Path) -> None:
    link = folder / f".{CURRENT}{_PART}"
    link.symlink_to(release.name)
    link.replace(folder / CURRENT)
    sync_folder(folder)
    sync_folder(folder.parent)


def releases_in(folder: Path) -> list[Path]:
    """Return the releases in the folder of a period or stage, oldest first."""
    return [path for _, path in sorted(_releases(folder).items())]


def _releases(folder: Path) -> dict[int, Path]:
    names = ((_RELEASE.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in names if match and path.is_dir()}


def _clean(folder: Path) -> None:
    for left in folder.glob(f".*{_PART}"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
