"""Facts about templates: whatever the data team misspells is refused with its file and line before anything is sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.load import Declarations
from config.settings import PROJECT, Settings
from config.strict import DeclarationError
from tasks.notify import templates
from tasks.notify.samples import refuse_bad_letters, samples

MARK = "▶"
FAULTS = [
    ("returned.txt.j2", "{{ unit.name_within }} để sửa", "{{ ▶unti.name_within }} để sửa", "tên «unti»"),
    ("returned.html.j2", "{{ period.name_within }}", "{{ ▶period.nmae }}", "«period» không có «nmae»"),
    ("findings.txt.j2", "{{ told.message }}", "{{ ▶told.mesage }}", "mesage"),
    ("remind-late.txt.j2", "{{ debt.days_late }} ngày.", "{{ ▶debt.days_lat }} ngày.", "«debt» không có «days_lat»"),
    ("dates.txt.j2", "{% endif %}", "▶{% endfi %}", "mẫu thư không đọc được"),
    ("digest.html.j2", "{{ line.name }}", "{{ ▶line.nam }}", "nam"),
    ("mended.html.j2", "{{ since }}", "{{ ▶since|hoa }}", "hoa"),
    ("closed.txt.j2", "{% block subject %}", "{% block tieude %}▶", "subject"),
    ("warned.txt.j2", '{% include "findings.txt.j2" %}', '▶{% include "loi.txt.j2" %}', "thiếu mẫu thư"),
]


@pytest.fixture
def copy(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings with a copy of the declarations that a test may spoil."""
    shutil.copytree(PROJECT / "config" / "letters", tmp_path / "config" / "letters")
    templates._environment.cache_clear()
    return settings.model_copy(update={"config_dir": tmp_path / "config"})


@pytest.mark.parametrize(("file", "old", "new", "says"), FAULTS, ids=[f"{f[0]}: {f[3]}" for f in FAULTS])
def test_a_slip_in_a_template_is_refused_with_its_file_and_line(
    copy: Settings, declarations: Declarations, file: str, old: str, new: str, says: str
) -> None:
    path = copy.config_dir / "letters" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    planted = text.replace(old, new, 1)
    path.write_text(planted.replace(MARK, ""), encoding="utf-8")
    with pytest.raises(DeclarationError) as raised:
        refuse_bad_letters(copy, declarations)
    assert says in str(raised.value)
    if "thiếu mẫu" not in says and "subject" not in says:
        assert (raised.value.file, raised.value.line) == (path, planted[: planted.index(MARK)].count("\n") + 1)


def test_a_template_that_is_not_there_is_named(copy: Settings, declarations: Declarations) -> None:
    (copy.config_dir / "letters" / "remind-head.html.j2").unlink()
    with pytest.raises(DeclarationError, match=r"remind-head\.html\.j2:1: thiếu mẫu thư"):
        refuse_bad_letters(copy, declarations)


def test_the_letters_of_this_repository_are_fine_and_every_template_is_shown(
    settings: Settings, declarations: Declarations
) -> None:
    refuse_bad_letters(settings, declarations)
    shown = {sample.kind for sample in samples(settings, declarations)}
    folder = PROJECT / "config" / "letters"
    parts = {"salutation", "dates", "signature", "findings", "owed", "letter"}
    assert shown == {path.name.partition(".")[0] for path in folder.glob("*.j2")} - parts


def test_every_letter_to_a_unit_names_both_dates_and_neither_for_the_other(
    settings: Settings, declarations: Declarations
) -> None:
    about_reports = [s for s in samples(settings, declarations) if not s.kind.startswith("alarm")]
    for sample in about_reports:
        for part in filter(None, (sample.letter.body, sample.letter.html)):
            assert "ố liệu" in part
            assert "đến hết ngày" in part, sample.kind
            assert "chốt" not in part, sample.kind  # one word for one thing: «tính đến hết ngày»
            if sample.kind not in ("reopened", "refused"):
                assert "Hạn gửi báo cáo" in part, sample.kind


def test_no_letter_shows_what_only_programs_read(settings: Settings, declarations: Declarations) -> None:
    for sample in samples(settings, declarations):
        assert not {"None", "{{", "{%", "True", "False"} & set(sample.letter.body.split()), sample.kind
        assert sample.letter.subject == " ".join(sample.letter.subject.split())
        assert "\n\n\n" not in sample.letter.body, sample.kind
        assert (sample.letter.html is None) == (sample.kind == "notice")
