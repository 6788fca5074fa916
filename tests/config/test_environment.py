"""A variable of ours that nobody reads is refused by name, with the nearest one that is read."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from config import environment
from config.contact import TeamContact
from config.environment import (
    TEST_SWITCHES,
    make_home,
    no_room,
    refuse_open_secrets,
    refuse_unknown_variables,
    variables,
)
from config.load import Declarations
from config.settings import PROJECT
from config.strict import UnusableError


@pytest.fixture(autouse=True)
def _a_bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CCHC_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CCHC_SMTP_HOTS", "gần giống: CCHC_SMTP_HOST:"),
        ("CCHC_DATABASE", "gần giống: CCHC_DATABASE_URL:"),
        ("cchc_hom", "CCHC_HOM; gần giống: CCHC_HOME:"),
        ("CCHC_PREFECT_API_URL", "không có biến môi trường CCHC_PREFECT_API_URL"),  # it is PREFECT_API_URL
        ("CCHC_ZZZZZZZZZZZZZZZZ", "các biến ở .env.example"),
        ("CCHC_TELEGRAM", "không có biến môi trường CCHC_TELEGRAM"),  # no channel names it
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, declarations: Declarations, name: str, said: str
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(UnusableError, match=said):
        refuse_unknown_variables(declarations)


def test_a_misspelt_line_of_the_env_file_is_refused_too(tmp_path: Path, declarations: Declarations) -> None:
    (tmp_path / ".env").write_text("OTHER=1\nCCHC_SMTP_HOST=thu.example.vn\nCCHC_CHUNKS=5\n", encoding="utf-8")
    with pytest.raises(UnusableError, match="CCHC_CHUNKS; gần giống: CCHC_CHUNK:"):
        refuse_unknown_variables(declarations)


def test_settings_switches_of_tests_and_secrets_of_declared_channels_are_known(
    monkeypatch: pytest.MonkeyPatch, declarations: Declarations
) -> None:
    team = declarations.data_team[-1]
    told = TeamContact(team.email, team.valid_from, notices=("tgram://${CCHC_TELEGRAM}/-1001234",))
    for name in (*variables(), *TEST_SWITCHES, "CCHC_TELEGRAM", "PREFECT_API_URL", "OTHER"):
        monkeypatch.setenv(name, "x")
    refuse_unknown_variables(replace(declarations, data_team=(told,)))


@pytest.mark.parametrize(
    "line",
    [
        "CCHC_SMTP_PASSWORD=x",
        "cchc_imap_password=x",
        "CCHC_TELEGRAM=x",
        "CCHC_DATABASE_URL=postgresql+psycopg://cchc:x@db.example.vn/cchc",
    ],
)
def test_an_env_file_with_a_password_is_for_its_owner_alone(
    tmp_path: Path, declarations: Declarations, line: str
) -> None:
    team = declarations.data_team[-1]
    told = TeamContact(team.email, team.valid_from, notices=("tgram://${CCHC_TELEGRAM}/-1001234",))
    declared, file = replace(declarations, data_team=(told,)), tmp_path / ".env"
    file.write_text(f"OTHER=1\n{line}\n", encoding="utf-8")
    for mode in (0o644, 0o640, 0o602):
        file.chmod(mode)
        with pytest.raises(UnusableError, match=r"chứa mật khẩu \(CCHC_\w+\).*«chmod 600 \.env»") as refused:
            refuse_open_secrets(declared)
        assert "=x" not in str(refused.value)
    file.chmod(0o600)
    refuse_open_secrets(declared)


@pytest.mark.parametrize("line", ["", "CCHC_SMTP_PASSWORD=", "CCHC_DATABASE_URL=postgresql:///cchc", "CCHC_CHUNK=5"])
def test_an_env_file_without_a_password_may_be_read_by_everybody(
    tmp_path: Path, declarations: Declarations, line: str
) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8")
    (tmp_path / ".env").chmod(0o644)
    refuse_open_secrets(declarations)


def test_every_switch_of_the_makefile_is_known_and_every_known_one_is_used() -> None:
    made = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"\b(CCHC_[A-Z_]+)=", made)) == TEST_SWITCHES


def test_the_example_names_settings_and_no_others() -> None:
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(CCHC_[A-Z_]+)=", lines, re.MULTILINE)) <= set(variables())


def test_a_workplace_is_made_with_the_folders_around_it(tmp_path: Path) -> None:
    make_home(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("below", ["", "noi-lam-viec"])
def test_a_workplace_that_cannot_be_made_is_told_with_the_variable_that_names_it(tmp_path: Path, below: str) -> None:
    file = tmp_path / "tep"
    file.touch()
    with pytest.raises(UnusableError, match=r"không lập được nơi làm việc .*tep.* CCHC_HOME, "):
        make_home(file / below)


def test_a_workplace_that_may_only_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda place, mode: not (place == tmp_path and mode & os.W_OK))
    with pytest.raises(UnusableError, match="không ghi được vào nơi làm việc"):
        make_home(tmp_path)


def test_a_workplace_on_a_disk_that_is_full_is_refused_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert no_room(tmp_path / "not" / "made") is None
    monkeypatch.setattr(environment, "ROOM", 2**62)
    with pytest.raises(UnusableError, match=r"chỉ còn \d+ MB trống, cần ít nhất .*dọn chỗ trống"):
        make_home(tmp_path)
