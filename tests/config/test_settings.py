"""Settings: the environment read once, with what holds when nothing is set."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import PROJECT, Settings
from config.strict import UnusableError


@pytest.fixture(autouse=True)
def _a_bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CCHC_{name.upper()}", raising=False)


def test_without_an_environment_everything_lies_under_var_and_no_letter_leaves_the_house(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.home == Path("var")
    assert settings.config_dir == PROJECT / "config"
    assert settings.smtp_host is None
    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'cchc.db'}"


def test_the_environment_moves_the_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "elsewhere"))
    assert Settings().database == f"sqlite:///{tmp_path / 'elsewhere' / 'cchc.db'}"


def test_a_database_address_wins_over_the_file_under_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_DATABASE_URL", "postgresql+psycopg:///cchc")
    assert Settings().database == "postgresql+psycopg:///cchc"


def test_an_env_file_is_read_and_the_environment_wins_over_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CCHC_SMTP_HOST=thu.example.vn\nCCHC_SMTP_PORT=587\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("CCHC_SMTP_PORT", "2525")
    settings = Settings()
    assert (settings.smtp_host, settings.smtp_port) == ("thu.example.vn", 2525)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_SMTP_HOST", "")
    assert Settings().smtp_host is None


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_SMTP_USER", "tonghop")
    monkeypatch.setenv("CCHC_SMTP_PASSWORD", "bí mật")
    monkeypatch.setenv("CCHC_DATABASE_URL", "postgresql://cchc:bí mật@db.example.vn/cchc")
    assert "bí mật" not in repr(Settings())


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        Settings().home = Path("elsewhere")  # type: ignore[misc]


SMTP = {"SMTP_HOST": "thu.example.vn", "SMTP_USER": "tonghop", "SMTP_PASSWORD": "bi-mat"}
IMAP = {
    "IMAP_HOST": "thu.example.vn",
    "IMAP_USER": "tonghop",
    "IMAP_PASSWORD": "bi-mat",
    "AUTHSERV_ID": "mx.example.vn",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({**SMTP, "SMTP_PASSWORD": ""}, "chưa đặt CCHC_SMTP_PASSWORD"),
        ({**SMTP, "SMTP_USER": ""}, "chưa đặt CCHC_SMTP_USER"),
        (SMTP, "đặt CCHC_SMTP_STARTTLS=true"),
        ({**SMTP, "SMTP_HOST": "10.0.0.1"}, "không mã hóa đến 10.0.0.1"),
        ({**IMAP, "IMAP_SSL": "false"}, "đặt CCHC_IMAP_SSL=true"),
        ({**IMAP, "IMAP_USER": ""}, "chưa đặt CCHC_IMAP_USER:"),
        ({**IMAP, "AUTHSERV_ID": ""}, "chưa đặt CCHC_AUTHSERV_ID:"),
        ({"IMAP_HOST": "thu.example.vn"}, "chưa đặt CCHC_IMAP_USER, CCHC_IMAP_PASSWORD, CCHC_AUTHSERV_ID:"),
        ({"IMAP_PASSWORD": "bi-mat"}, "chưa đặt CCHC_IMAP_HOST, CCHC_IMAP_USER, CCHC_AUTHSERV_ID:"),
    ],
)
def test_a_mail_account_half_set_or_in_the_clear_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], said: str
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(f"CCHC_{name}", value)
    with pytest.raises(UnusableError, match=said) as refusal:
        Settings()
    assert "bi-mat" not in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {**SMTP, "SMTP_STARTTLS": "true"},
        {**SMTP, "SMTP_HOST": "127.0.0.1"},
        {**SMTP, "SMTP_HOST": "localhost"},
        {"SMTP_HOST": "thu.example.vn"},
        IMAP,
        {**IMAP, "IMAP_HOST": "::1", "IMAP_SSL": "false"},
        {"AUTHSERV_ID": "mx.example.vn"},
    ],
)
def test_a_password_that_stays_on_the_machine_or_goes_encrypted_is_taken(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(f"CCHC_{name}", value)
    assert Settings().smtp_host == (changes.get("SMTP_HOST") or None)
