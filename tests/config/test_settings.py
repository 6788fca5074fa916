"""Settings: the environment read once, with what holds when nothing is set."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import PROJECT, Settings


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
    monkeypatch.setenv("CCHC_SMTP_PASSWORD", "bí mật")
    assert "bí mật" not in repr(Settings())


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        Settings().home = Path("elsewhere")  # type: ignore[misc]
