"""The pages in a real browser, opened from the folder as from a file share: Chromium, no network, script on and off.

They are those of the release that `cchc demo` makes of the sample, of a release with two years behind it, which the
demo has not, and of a stage. By default a few of each kind are looked at, by axe-core as well; `make browser` looks at
every page. That every link of every page lands needs no browser: `tests/flows/test_links.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tasks.publish.content import ReleaseContent
from tasks.publish.lines import groups
from tasks.publish.page import DOWNLOADS, page
from tasks.publish.site import site
from tests.flows.conftest import demo_home
from tests.flows.test_links import loose_ends
from tests.flows.test_stage import known
from tests.flows.test_stage_pages import release as stage

from . import factory
from .test_injection import every_hostile

__all__ = ["demo_home", "known", "stage"]  # fixtures

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = files("axe_playwright_python") / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run", "--disable-default-apps",
]  # fmt: skip
RETURNED, REFUSED, UNSENT = "30634", "30664", "30679"  # what the sample's inbox makes of these
SAMPLE = (
    "index.html", "chi-tieu/L01.html", "chi-tieu/L06.html", "chi-tieu/P14.html", "don-vi/893.html",
    f"don-vi/{RETURNED}.html", f"don-vi/{REFUSED}.html", f"don-vi/{UNSENT}.html", "bang-mau.html", "loi.html",
    "changes.html", "tim.html",
)  # fmt: skip
PAST_SAMPLE = ("index.html", "chi-tieu/P02.html", "chi-tieu/P05.html", "don-vi/30628.html", "changes.html")
STAGE_SAMPLE = (
    "index.html", "chi-tieu/P04.html", "chi-tieu/L06.html", "don-vi/30628.html", "bang-mau.html", "tim.html",
)  # fmt: skip
AXE_SAMPLE = (
    "index.html", "chi-tieu/L01.html", "chi-tieu/L06.html", f"don-vi/{REFUSED}.html", "loi.html", "tim.html",
)  # fmt: skip
AXE_PAST_SAMPLE = ("chi-tieu/P02.html", "changes.html")
AXE_STAGE_SAMPLE = ("chi-tieu/P04.html",)
EVERY = "CCHC_EVERY_PAGE" in os.environ
A4 = (595, 842)

NEEDS_PDFTOTEXT = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext không có trên máy này: trang in chưa được xem thử"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium không có trên máy này: trang chưa được xem thử"),
]


def laid_out(content: ReleaseContent, folder: Path) -> Path:
    """Write the pages of `content` into `folder`; what can be downloaded is there, but empty."""
    written = {"index.html": page(content), **site(content), **dict.fromkeys(DOWNLOADS, b"")}
    for name, data in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of 19 units with two years behind it."""
    return laid_out(
        factory.content(past=factory.past(), changes=factory.changes(), increments=factory.increments()).numbered(2),
        tmp_path_factory.mktemp("release"),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


class Watched:
    """A tab that notes whatever should not happen: a request out of `folder`, an error, a dialogue."""

    def __init__(self, browser: Browser, folder: Path, **options: Any) -> None:
        self.folder, self.troubles = folder, list[str]()
        self.page: Page = browser.new_page(**options)
        self.page.on("request", self._requested)
        self.page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda fault: self.troubles.append(str(fault)))
        self.page.on("dialog", lambda dialog: (self.troubles.append(dialog.message), dialog.dismiss()))

    def open(self, name: str) -> Page:
        self.page.goto((self.folder / name).as_uri())
        return self.page

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.folder.as_uri(), "data:")):
            self.troubles.append(f"leaves the folder: {request.url}")


@pytest.fixture(scope="module")
def demo(demo_home: Path) -> Path:
    """The release that the demo makes of the sample."""
    return (demo_home / "published" / "2022-H1" / "current").resolve()


@pytest.fixture(scope="module")
def shown(demo: Path, release: Path, stage: Path) -> Mapping[Path, tuple[str, ...]]:
    """The pages to look at of each folder."""
    return {
        folder: names(folder, few) for folder, few in ((demo, SAMPLE), (release, PAST_SAMPLE), (stage, STAGE_SAMPLE))
    }


def names(folder: Path, few: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pages to look at: every one, or a few of each kind."""
    return tuple(sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))) if EVERY else few


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_pages_need_no_sideways_scrolling_no_other_host_and_raise_no_error(
    browser: Browser, shown: Mapping[Path, tuple[str, ...]], width: int
) -> None:
    for folder, pages in shown.items():
        tab = Watched(browser, folder, viewport={"width": width, "height": 900})
        for name in pages:
            assert tab.open(name).evaluate("document.documentElement.scrollWidth") <= width, name
            assert tab.troubles == [], name
        tab.page.close()


def test_a_table_is_sorted_from_the_keyboard(browser: Browser, demo: Path) -> None:
    tab = Watched(browser, demo, viewport={"width": 1440, "height": 900})
    shown = tab.open("chi-tieu/L01.html")
    button = shown.locator(".ranked thead [role=button]", has_text="Kết quả")
    button.focus()
    orders = []
    for way in ("ascending", "descending"):
        shown.keyboard.press("Enter")
        assert shown.locator(".ranked thead th[aria-sort]").get_attribute("aria-sort") == way
        texts = shown.locator(".ranked tbody .value").all_inner_texts()
        orders.append([float(t.replace(".", "").replace(",", ".")) for t in texts if t != "–"])
        assert texts[-1] == "–", "what has no figure stays last"
    assert orders[0] == sorted(orders[0])
    assert orders[1] == sorted(orders[1], reverse=True)
    assert len(orders[0]) > 5
    assert tab.troubles == []
    tab.page.close()


def test_without_script_the_pages_are_complete(browser: Browser, demo: Path, release: Path, stage: Path) -> None:
    texts = []
    shown = [
        demo / name for name in ("index.html", "chi-tieu/L01.html", "don-vi/893.html", "bang-mau.html", "loi.html")
    ]
    shown += [release / "chi-tieu/P02.html", stage / "chi-tieu/P04.html"]
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        tab = context.new_page()
        found = []
        for path in shown:
            tab.goto(path.as_uri())
            found.append(tab.locator("main").inner_text())
        texts.append(found)
        context.close()
    assert texts[0] == texts[1]


def test_the_search_finds_without_diacritics(browser: Browser, demo: Path) -> None:
    tab = Watched(browser, demo)
    shown = tab.open("tim.html")
    shown.get_by_label("Tìm").fill("my hoi dong")
    assert shown.locator(".index li:visible").all_inner_texts()[0].startswith("Xã Mỹ Hội Đông")
    assert shown.get_by_role("status").inner_text() == "1 mục"
    tab.page.close()


def test_every_link_of_a_release_with_a_past_lands(release: Path) -> None:
    assert loose_ends(release) == []


def printed(tab: Watched, name: str, path: Path) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the sizes of the sheets on which the page `name` prints, and their texts."""
    made = tab.open(name).pdf(prefer_css_page_size=True, path=path)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", made)
    said = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return [(round(float(w)), round(float(h))) for w, h in boxes], said.split("\f")[:-1]


def unheaded(page: Page, sheets: list[str]) -> list[str]:
    """Return which tables run over a whole sheet that does not repeat their head; only sections of one table count."""
    sections = page.evaluate(
        """[...document.querySelectorAll("main section")].map(s => [s.querySelector("h2")?.innerText,
        [...s.querySelectorAll("thead")].map(h => h.innerText)])"""
    )
    places = [next((n for n, s in enumerate(sheets) if re.search(rf"^ *{re.escape(h)}$", s, re.M)), None)
              for h, _ in sections]  # fmt: skip
    found = []
    for (heading, heads), start, end in zip(sections, places, [*places[1:], len(sheets)], strict=True):
        if start is None or end is None or len(heads) != 1:
            continue
        words = set(re.sub(r"[^\w ]", " ", heads[0]).split())
        found += [
            f"{heading}: {n + 1}" for n in range(start + 1, end) if not words <= set(re.findall(r"\w+", sheets[n]))
        ]
    return found


@NEEDS_PDFTOTEXT
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("index.html", 9, 16), ("chi-tieu/L01.html", 2, 3), ("don-vi/893.html", 7, 12), ("don-vi/30679.html", 2, 3)],
)
def test_a_page_of_the_sample_prints_on_full_sheets_of_a4_that_repeat_the_heads_of_tables(
    browser: Browser, demo: Path, tmp_path: Path, name: str, least: int, most: int
) -> None:
    tab = Watched(browser, demo)
    sizes, sheets = printed(tab, name, tmp_path / "printed.pdf")
    assert sizes == [A4] * len(sheets)
    assert least <= len(sheets) <= most
    lines = [len([line for line in sheet.splitlines() if line.strip()]) for sheet in sheets]
    assert min(lines[:-1]) >= 20, f"a sheet that is nearly empty: {lines}"
    assert lines[-1] >= 3, f"a last sheet for nothing: {lines}"
    assert unheaded(tab.page, sheets) == []
    tab.page.close()


@NEEDS_PDFTOTEXT
def test_a_sheet_without_the_head_of_its_table_is_seen(browser: Browser, tmp_path: Path) -> None:
    row = "<tr><td>một</td><td>hai</td></tr>"
    (tmp_path / "long.html").write_text(
        "<meta charset=utf-8><style>@page{size:A4}thead{display:table-row-group}</style><main><section><h2>Dài</h2>"
        f"<table><thead><tr><th>Đầu<th>Bảng</thead>{row * 200}</table></section></main>", encoding="utf-8",
    )  # fmt: skip
    tab = Watched(browser, tmp_path)
    _, sheets = printed(tab, "long.html", tmp_path / "printed.pdf")
    assert unheaded(tab.page, sheets)[0] == "Dài: 2"
    tab.page.close()


@NEEDS_PDFTOTEXT
def test_no_heading_is_left_alone_at_the_end_of_a_printed_page(browser: Browser, release: Path, tmp_path: Path) -> None:
    tab = Watched(browser, release)
    tab.open("index.html").pdf(prefer_css_page_size=True, path=tmp_path / "printed.pdf")
    whole = ["pdftotext", "-layout", str(tmp_path / "printed.pdf"), "-"]
    sheets = subprocess.run(whole, capture_output=True, text=True, check=True).stdout.split("\f")
    for group in groups(factory.content())[1:]:
        sheet = next(s for s in reversed(sheets) if f"{group.numeral}. {group.name}" in s)
        assert f"{group.lines[0].indicator.code} =" in sheet, group.name
    tab.page.close()


@NEEDS_PDFTOTEXT
def test_what_is_folded_on_the_screen_is_printed(browser: Browser, stage: Path, tmp_path: Path) -> None:
    tab = Watched(browser, stage)
    shown = tab.open("don-vi/30628.html")
    assert not shown.get_by_text("Nhận lúc").first.is_visible()
    shown.pdf(prefer_css_page_size=True, path=tmp_path / "printed.pdf")
    whole = ["pdftotext", "-layout", str(tmp_path / "printed.pdf"), "-"]
    assert "Nhận lúc" in subprocess.run(whole, capture_output=True, text=True, check=True).stdout
    tab.page.close()


@NEEDS_PDFTOTEXT
def test_the_heat_table_prints_across(browser: Browser, demo: Path, tmp_path: Path) -> None:
    tab = Watched(browser, demo)
    sizes, sheets = printed(tab, "bang-mau.html", tmp_path / "printed.pdf")
    assert sizes == [A4[::-1]] * 4, "a content of 19 units stays on one page, small ones side by side"
    assert all("Đơn vị" in sheet and "Xã Hòa An" in sheet for sheet in sheets), "every table is whole on its sheet"
    tab.page.close()


def test_whatever_units_type_stays_inert(browser: Browser, tmp_path: Path) -> None:
    folder = laid_out(every_hostile(), tmp_path)
    tab = Watched(browser, folder)
    for name in ("index.html", "loi.html", "don-vi/893.html", "chi-tieu/P02.html", "bang-mau.html", "tim.html"):
        shown = tab.open(name)
        shown.wait_for_load_state("load")
        assert shown.locator("script").count() == (name != "index.html"), name
        assert tab.troubles == [], name
    tab.page.close()


def soundness(browser: Browser, scheme: Literal["light", "dark"], pages: list[Path], rules: str) -> dict[str, Any]:
    """Return what axe-core has against `pages` in a colour scheme that is serious or critical, by page and rule."""
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    tab, axe, found = context.new_page(), AXE.read_text(encoding="utf-8"), dict[str, Any]()
    for path in pages:
        tab.goto(path.as_uri())
        tab.add_script_tag(content=axe)
        for violation in tab.evaluate(f"axe.run({{resultTypes: ['violations'], {rules}}}).then(r => r.violations)"):
            if violation["impact"] in ("serious", "critical"):
                found[f"{path.parent.name}/{path.name} {violation['id']}"] = violation["nodes"][0]["html"]
    context.close()
    return found


def test_axe_finds_nothing_serious(browser: Browser, demo: Path, release: Path, stage: Path) -> None:
    looked_at = ((demo, AXE_SAMPLE), (release, AXE_PAST_SAMPLE), (stage, AXE_STAGE_SAMPLE))
    pages = [folder / name for folder, few in looked_at for name in names(folder, few)]
    assert soundness(browser, "light", pages, "") == {}
    if not EVERY:  # contrast is dear on a page of thousands of cells, whose colours are those of the others
        crowded = [demo / "bang-mau.html", stage / "index.html"]
        assert soundness(browser, "light", crowded, "rules: {'color-contrast': {enabled: false}}") == {}


def test_axe_can_read_the_dark_colours(browser: Browser, demo: Path, release: Path, stage: Path) -> None:
    dark = [release / "chi-tieu/P02.html", demo / "chi-tieu/L06.html", stage / "chi-tieu/P04.html"]
    assert soundness(browser, "dark", dark, "runOnly: ['color-contrast']") == {}


def test_axe_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<html lang=vi><title>Sai</title><main><a href='#'></a></main></html>")
    assert list(soundness(browser, "light", [tmp_path / "wrong.html"], "")) == [f"{tmp_path.name}/wrong.html link-name"]
