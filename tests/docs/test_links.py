"""Every link inside the documents leads to a file that is there and a heading that it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import PROJECT

PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, target


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings as code hosts make them: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("page", "target"), [pytest.param(p, t, id=f"{p.relative_to(PROJECT)}→{t}") for p, t in links()]
)
def test_a_link_lands(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    landed = (page.parent / path).resolve() if path else page
    assert landed.exists()
    assert not anchor or anchor in anchors(landed)


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [PAGES[0]]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = ((page.parent / t.partition("#")[0]).resolve() for p, t in links() if p == page)
            for target in targets:
                waiting += sorted(target.glob("*.md")) if target.is_dir() else [target]
    assert set(PAGES) <= reached
