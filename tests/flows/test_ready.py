"""What would stop a run half-way is refused before anything is taken in."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from config.load import load
from config.settings import Settings
from config.strict import DeclarationError
from flows.doctor import Depth, examine
from flows.letters import write_previews
from flows.ready import refuse_unready
from tasks.store.database import close_engines, open_engine
from tasks.store.schema import StoreError
from tests.flows.conftest import call_cchc


@pytest.fixture
def copied(tmp_path: Path) -> Settings:
    """A workplace with its own copy of the declarations."""
    config = tmp_path / "config"
    shutil.copytree("config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Settings(home=tmp_path / "home", config_dir=config)


def test_a_workplace_in_order_is_ready(copied: Settings) -> None:
    refuse_unready(copied, load(copied.config_dir))


def test_a_slip_in_a_letter_is_refused_with_file_and_line(copied: Settings) -> None:
    letter = copied.config_dir / "letters" / "warned.txt.j2"
    letter.write_text("một\n{% block subject %}hai{% endblok %}\n", encoding="utf-8")
    with pytest.raises(DeclarationError) as refusal:
        refuse_unready(copied, load(copied.config_dir))
    assert (refusal.value.file, refusal.value.line) == (letter, 2)


def test_a_process_that_stays_looks_again_at_what_has_changed(copied: Settings) -> None:
    refuse_unready(copied, load(copied.config_dir))
    letter = copied.config_dir / "letters" / "warned.txt.j2"
    letter.write_text("một\n{% block subject %}hai{% endblok %}\n", encoding="utf-8")
    with pytest.raises(DeclarationError):
        refuse_unready(copied, load(copied.config_dir))


def test_a_refusal_without_words_is_refused(copied: Settings) -> None:
    file = copied.config_dir / "refusals.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  wrong_unit:", "  wrong_unitt:"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="wrong_unit"):
        refuse_unready(copied, load(copied.config_dir))


def test_a_store_of_another_schema_is_refused_not_misread(copied: Settings) -> None:
    open_engine(copied.database).dispose()
    close_engines()
    with sqlite3.connect(copied.home / "cchc.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="9999"):
        refuse_unready(copied, load(copied.config_dir))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CCHC_SMTP_PORT", "abc"),
        ("CCHC_SMTP_USER", "tonghop"),
        ("CCHC_SMTP_HOTS", "thu.example.vn"),
        ("CCHC_DATABASE_URL", "khong-phai-dia-chi"),
        ("CCHC_DATABASE_URL", "mysqll://x/y"),
        ("CCHC_DATABASE_URL", "mysql://ai:mat-khau@x/y"),  # known to SQLAlchemy, not a store of ours
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(tmp_path: Path, name: str, value: str) -> None:
    done = call_cchc(tmp_path / "home", "status", "-p", "2022-H1", **{name: value})
    assert done.returncode == 2
    assert done.stderr.startswith("Lỗi: ")
    assert done.stderr.count("\n") == 1
    assert "mat-khau" not in done.stderr


@pytest.mark.parametrize("name", ["returned.txt.j2", "returned.html.j2"])
def test_a_name_that_nobody_knows_in_a_letter_is_seen_by_the_doctor_and_the_preview(
    copied: Settings, name: str
) -> None:
    letter = copied.config_dir / "letters" / name
    letter.write_text(letter.read_text(encoding="utf-8") + "{{ zzz }}\n", encoding="utf-8")
    declarations = load(copied.config_dir)
    now = declarations.calendar.moment("2022-06-22")
    assert any("zzz" in seen.sentence and not seen.well for seen in examine(copied, declarations, now, Depth.QUICK))
    with pytest.raises(DeclarationError, match="zzz"):
        write_previews(copied, declarations, None, copied.home / "letters")
