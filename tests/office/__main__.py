"""`make office`: LibreOffice prints the documents of a workplace; whole, in our font, heads repeated.

The pages stay as pictures beside the PDF: to be looked at by a person.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FONTS = re.compile(r"Times|LiberationSerif|Liberation Serif|OpenSymbol|DejaVu")  # the two last have only signs
SHEETS = "bang-danh-gia.xlsx"
CONVERT_SECONDS = 300


@dataclass(frozen=True)
class Printed:
    """One document as LibreOffice printed it: its pages as text, and the fonts that it used."""

    path: Path
    pages: tuple[str, ...]
    fonts: frozenset[str]

    @property
    def troubles(self) -> Iterator[str]:
        """Give what a person would not like about it."""
        if not self.pages:
            yield "không in được"
        if strange := sorted(font for font in self.fonts if not FONTS.search(font)):
            yield f"phông lạ: {', '.join(strange)}"
        for number, text in enumerate(self.pages, start=1):
            if not text.strip():
                yield f"trang {number} trống"
            if "###" in text:
                yield f"trang {number} có ô hẹp hơn số (###)"
        numbered = ["(1)" in text and "(2)" in text for text in self.pages]
        if self.path.name == SHEETS and not all(numbered):
            bare = [n for n, has in enumerate(numbered, start=1) if not has]
            yield f"đầu bảng không lặp ở trang {', '.join(map(str, bare))}"


def documents(home: Path) -> Iterator[Path]:
    """Give what goes out of the workplace `home`: releases, one form of each kind, one returned workbook."""
    for current in sorted((home / "published").glob("*/current")):
        yield from sorted([*current.glob("*.docx"), *current.glob("*.xlsx")])
    for folder in sorted((home / "forms").glob("*")):
        forms = sorted(folder.glob("*.xlsx"))
        yield from forms[:1] + forms[-1:]
    yield from sorted((home / "returned").rglob("*.xlsx"))[:2]


def printed(path: Path, folder: Path) -> Printed:
    """Return `path` as LibreOffice prints it; PDF and pictures of the pages are left in `folder`."""
    folder.mkdir(parents=True)
    copy = shutil.copy(path.resolve(), folder)
    profile = f"-env:UserInstallation=file://{folder.parent.resolve() / 'profile'}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=CONVERT_SECONDS)
    pdf = folder / f"{path.stem}.pdf"
    if not pdf.exists():
        return Printed(path, (), frozenset())
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(pdf), str(folder / "trang")], check=True)
    text = _output("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]
    fonts = frozenset(line.split()[0] for line in _output("pdffonts", str(pdf)).splitlines()[2:])
    return Printed(path, tuple(text), fonts)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Print every document of the workplace given, say what is wrong, and return 1 if something is."""
    home, out = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(out, ignore_errors=True)
    trouble = False
    for place, path in enumerate(documents(home), start=1):
        done = printed(path, out / f"{place:02}-{path.stem}")
        faults = list(done.troubles)
        trouble |= bool(faults)
        sys.stdout.write(f"{'✗' if faults else '✓'} {path.relative_to(home)}: {len(done.pages)} trang\n")
        sys.stdout.writelines(f"    {fault}\n" for fault in faults)
    sys.stdout.write(f"PDF và ảnh từng trang ở {out}; mở ra xem.\n")
    return int(trouble)


if __name__ == "__main__":
    sys.exit(main())
