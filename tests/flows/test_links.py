"""Every link of everything that is published lands, and none leads out: looked at page by page, without a browser."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from .test_stage import known
from .test_stage_pages import release as stage

__all__ = ["known", "stage"]  # fixtures

NOT_FOLLOWED = ("mailto:", "data:")


def loose_ends(root: Path) -> list[str]:
    """Return the links of the pages below `root` that lead nowhere, to no such place on a page, or out of `root`."""
    root = root.resolve()
    pages = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.html")}
    ids = {path: set(re.findall(r' id="([^"]+)"', html)) for path, html in pages.items()}
    return [
        f"{path.relative_to(root)}: {link}"
        for path, html in pages.items()
        for link in dict.fromkeys(re.findall(r'\s(?:href|src)="([^"]*)"', html))
        if not link.startswith(NOT_FOLLOWED) and not _lands(path, unescape(link), root, ids)
    ]


def _lands(path: Path, link: str, root: Path, ids: dict[Path, set[str]]) -> bool:
    name, _, anchor = link.partition("#")
    target = (path.parent / unquote(name)).resolve() if name else path
    inside = target.is_relative_to(root) and target.is_file()
    return inside and (not anchor or unquote(anchor) in ids.get(target, ()))


def unlisted(root: Path) -> list[str]:
    """Return what the index of the releases below `root` names and is not there, or is there and it does not name."""
    listed = json.loads((root / "releases.json").read_text(encoding="utf-8"))["releases"]
    named = {root / entry["path"] / file["name"] for entry in listed for file in entry["files"]}
    there = {p for entry in listed for p in (root / entry["path"]).rglob("*") if p.is_file()}
    return [p.relative_to(root).as_posix() for p in sorted(named ^ there) if p.name != "manifest.json"]


def test_every_link_of_the_published_sample_lands(demo_home: Path) -> None:
    root = demo_home / "published"
    assert len(list(root.rglob("*.html"))) > 60
    assert loose_ends(root) == []
    assert unlisted(root) == []


def test_every_link_of_a_published_stage_lands(stage: Path) -> None:
    root = stage.resolve().parents[1]
    assert (root / "releases.json").is_file()
    assert loose_ends(root) == []
    assert unlisted(root) == []


def test_a_link_that_leads_nowhere_or_out_of_the_folder_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    (tmp_path / "outside.html").write_text("")
    for name, link in {
        "gone.html": "không-có.html", "place.html": "#nơi-khác", "out.html": "../outside.html",
        "host.html": "http://example.org/", "good.html": "gone.html", "mail.html": "mailto:a@example.vn",
    }.items():  # fmt: skip
        (folder / name).write_text(f'<p id="x"><a href="{link}">…</a>', encoding="utf-8")
    assert sorted(end.partition(":")[0] for end in loose_ends(folder)) == [
        "gone.html", "host.html", "out.html", "place.html"
    ]  # fmt: skip
