"""The page in a real browser: nothing wider than the screen, from a small phone to a large desk."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tasks.publish.page import page

from . import factory

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (320, 360, 768, 1440)
# The page itself allows no script: a copy without its policy tells the frame around it how wide it came out.
PROBE = "<script>parent.postMessage(innerWidth + ':' + document.documentElement.scrollWidth, '*')</script>"
LISTENER = "<p id=o></p><script>addEventListener('message', e => { o.textContent += e.data + ' ' })</script>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium không có trên máy này: trang chưa được xem thử"),
]


def test_no_screen_needs_sideways_scrolling(tmp_path: Path) -> None:
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(factory.content()).decode())
    (tmp_path / "page.html").write_text(html.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    frames = "".join(f"<iframe src=page.html width={w} height=900 frameborder=0></iframe>" for w in WIDTHS)
    (tmp_path / "frames.html").write_text(LISTENER + frames, encoding="utf-8")
    shown = re.search(r'<p id="o">(.*?)</p>', dump(tmp_path / "frames.html", tmp_path))
    assert shown
    widths = {int(given): int(needed) for given, needed in (pair.split(":") for pair in shown[1].split())}
    assert set(widths) == set(WIDTHS)
    assert all(needed <= given for given, needed in widths.items()), widths


def dump(path: Path, profile: Path) -> str:
    """Return the page at `path` as the browser has it once it stands."""
    assert CHROMIUM
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile / 'profile'}"]
    options = ["--virtual-time-budget=5000", "--window-size=1500,1000", "--dump-dom", path.as_uri()]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=True, timeout=60).stdout
