"""The pages in a real browser, opened from the folder as from a file share: Chromium, no network, script on and off.

By default a few pages of each kind are looked at, by axe-core as well; `make browser` looks at every page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tasks.publish.content import ReleaseContent
from tasks.publish.lines import groups
from tasks.publish.page import DOWNLOADS, page
from tasks.publish.site import site
from tests.flows.test_stage import known
from tests.flows.test_stage_pages import release as stage

from . import factory
from .test_injection import every_hostile

__all__ = ["known", "stage"]  # fixtures

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = files("axe_playwright_python") / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run", "--disable-default-apps",
]  # fmt: skip
SAMPLE = (
    "index.html", "chi-tieu/P02.html", "chi-tieu/P05.html", "chi-tieu/L06.html", "don-vi/30628.html",
    f"don-vi/{factory.SILENT}.html", "bang-mau.html", "loi.html", "changes.html", "tim.html",
)  # fmt: skip
STAGE_SAMPLE = (
    "index.html", "chi-tieu/P04.html", "chi-tieu/L06.html", "don-vi/30628.html", "bang-mau.html", "tim.html",
)  # fmt: skip
AXE_SAMPLE = (
    "index.html", "chi-tieu/P02.html", "chi-tieu/L06.html", f"don-vi/{factory.SILENT}.html", "loi.html",
    "changes.html", "tim.html",
)  # fmt: skip
AXE_STAGE_SAMPLE = ("chi-tieu/P04.html",)
EVERY = "CCHC_EVERY_PAGE" in os.environ
A4 = (595, 842)

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


def names(folder: Path) -> list[str]:
    """Return the pages to look at: every one, or a few of each kind."""
    every = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return every if EVERY else sample(folder)


def sample(folder: Path) -> list[str]:
    """Return a few pages of each kind."""
    return list(STAGE_SAMPLE if (folder / "stage.csv").exists() else SAMPLE)


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_pages_need_no_sideways_scrolling_no_other_host_and_raise_no_error(
    browser: Browser, release: Path, stage: Path, width: int
) -> None:
    for folder in (release, stage):
        tab = Watched(browser, folder, viewport={"width": width, "height": 900})
        for name in names(folder):
            shown = tab.open(name)
            assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
            assert tab.troubles == [], name
        tab.page.close()


def test_a_table_is_sorted_from_the_keyboard(browser: Browser, release: Path) -> None:
    tab = Watched(browser, release, viewport={"width": 1440, "height": 900})
    shown = tab.open("chi-tieu/P02.html")
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


def test_without_script_the_pages_are_complete(browser: Browser, release: Path, stage: Path) -> None:
    texts = []
    shown = [release / "chi-tieu/P02.html", release / "don-vi/30628.html", stage / "chi-tieu/P04.html"]
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


def test_the_search_finds_without_diacritics(browser: Browser, release: Path) -> None:
    tab = Watched(browser, release)
    shown = tab.open("tim.html")
    shown.get_by_label("Tìm").fill("my hoi dong")
    assert shown.locator(".index li:visible").all_inner_texts()[0].startswith("Xã Mỹ Hội Đông")
    assert shown.get_by_role("status").inner_text() == "1 mục"
    tab.page.close()


def test_every_link_lands(release: Path) -> None:
    ids = {
        path: set(re.findall(r' id="([^"]+)"', path.read_text(encoding="utf-8"))) for path in release.rglob("*.html")
    }
    for path in ids:
        for link in re.findall(r'href="([^"]+)"', path.read_text(encoding="utf-8")):
            if link.startswith(("mailto:", "data:")):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), (path.name, link)
            assert not anchor or anchor in ids[target], (path.name, link)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext không có trên máy này")
def test_a_long_table_repeats_its_head_on_every_printed_page(browser: Browser, release: Path, tmp_path: Path) -> None:
    tab = Watched(browser, release)
    tab.open("don-vi/30628.html").pdf(prefer_css_page_size=True, path=tmp_path / "printed.pdf")
    second = ["pdftotext", "-layout", "-f", "2", "-l", "2", str(tmp_path / "printed.pdf"), "-"]
    assert "Cách tính" in subprocess.run(second, capture_output=True, text=True, check=True).stdout
    tab.page.close()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext không có trên máy này")
def test_no_heading_is_left_alone_at_the_end_of_a_printed_page(browser: Browser, release: Path, tmp_path: Path) -> None:
    tab = Watched(browser, release)
    tab.open("index.html").pdf(prefer_css_page_size=True, path=tmp_path / "printed.pdf")
    whole = ["pdftotext", "-layout", str(tmp_path / "printed.pdf"), "-"]
    sheets = subprocess.run(whole, capture_output=True, text=True, check=True).stdout.split("\f")
    for group in groups(factory.content())[1:]:
        sheet = next(s for s in reversed(sheets) if f"{group.numeral}. {group.name}" in s)
        assert f"{group.lines[0].indicator.code} =" in sheet, group.name
    tab.page.close()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext không có trên máy này")
def test_what_is_folded_on_the_screen_is_printed(browser: Browser, stage: Path, tmp_path: Path) -> None:
    tab = Watched(browser, stage)
    shown = tab.open("don-vi/30628.html")
    assert not shown.get_by_text("Nhận lúc").first.is_visible()
    shown.pdf(prefer_css_page_size=True, path=tmp_path / "printed.pdf")
    whole = ["pdftotext", "-layout", str(tmp_path / "printed.pdf"), "-"]
    assert "Nhận lúc" in subprocess.run(whole, capture_output=True, text=True, check=True).stdout
    tab.page.close()


@pytest.mark.parametrize(("name", "most"), [("index.html", 16), ("chi-tieu/P02.html", 4), ("don-vi/30628.html", 12)])
def test_a_page_prints_on_a4(browser: Browser, release: Path, name: str, most: int) -> None:
    tab = Watched(browser, release)
    printed = tab.open(name).pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {A4}
    assert 1 <= len(re.findall(rb"/Type ?/Page\b(?!s)", printed)) <= most
    tab.page.close()


def test_the_heat_table_prints_across(browser: Browser, release: Path) -> None:
    tab = Watched(browser, release)
    printed = tab.open("bang-mau.html").pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {A4[::-1]}
    assert len(sizes) <= 4, "a content of 19 units stays on one page, small ones side by side"
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


def test_axe_finds_nothing_serious(browser: Browser, release: Path, stage: Path) -> None:
    pages = [release / name for name in (names(release) if EVERY else AXE_SAMPLE)]
    pages += [stage / name for name in (names(stage) if EVERY else AXE_STAGE_SAMPLE)]
    assert soundness(browser, "light", pages, "") == {}
    if not EVERY:  # contrast is dear on a page of thousands of cells, whose colours are those of the others
        crowded = [release / "bang-mau.html", stage / "index.html"]
        assert soundness(browser, "light", crowded, "rules: {'color-contrast': {enabled: false}}") == {}


def test_axe_can_read_the_dark_colours(browser: Browser, release: Path, stage: Path) -> None:
    dark = [release / "chi-tieu/P02.html", release / "chi-tieu/L06.html", stage / "chi-tieu/P04.html"]
    assert soundness(browser, "dark", dark, "runOnly: ['color-contrast']") == {}


def test_axe_sees_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<html lang=vi><title>Sai</title><main><a href='#'></a></main></html>")
    assert list(soundness(browser, "light", [tmp_path / "wrong.html"], "")) == [f"{tmp_path.name}/wrong.html link-name"]
