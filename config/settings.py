"""The environment, read once: where things lie and how letters go out."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ILLUSTRATIVE = "SO-LIEU-MINH-HOA.txt"  # the mark that the demo leaves in the workplace it fills
PROJECT = Path(__file__).resolve().parent.parent


class StoreAddress(str):
    """The SQLAlchemy address of a store, which knows the workplace that its journal belongs to."""

    home: Path

    def __new__(cls, url: str, home: Path) -> Self:
        """Return `url` as the address of the store of the workplace `home`."""
        address = super().__new__(cls, url)
        address.home = home
        return address

    def __getnewargs__(self) -> tuple[str, Path]:  # type: ignore[override]  # of a plain text there is one
        """Return what another process makes it of."""
        return str(self), self.home


class Settings(BaseSettings):
    """Every `CCHC_…` variable, from the environment or `.env`; `.env.example` explains each."""

    model_config = SettingsConfigDict(
        env_prefix="CCHC_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Path("var")
    config_dir: Path = PROJECT / "config"
    expectations_dir: Path = PROJECT / "expectations"
    database_url: str | None = None
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout: float = 20.0
    prefect_api_url: str | None = Field(default=None, validation_alias="PREFECT_API_URL")
    mail_from: str = "tonghop-cchc@example.vn"
    imap_host: str | None = None
    imap_port: int = 993
    imap_ssl: bool = True
    imap_user: str | None = None
    imap_password: SecretStr | None = None
    imap_folder: str = "INBOX"
    imap_done_folder: str | None = None
    imap_timeout: float = 20.0
    authserv_id: str | None = None
    dask_address: str | None = None
    chunk: int = Field(default=50, ge=1, le=200)  # workbooks read by one task and written down in one transaction

    @property
    def illustrative(self) -> bool:
        """Whether this workplace holds illustrative figures: everything published from it says so on every page."""
        return (self.home / ILLUSTRATIVE).exists()

    @property
    def database(self) -> StoreAddress:
        """The SQLAlchemy address of the store: a SQLite file under `home` unless one is set."""
        return StoreAddress(self.database_url or f"sqlite:///{self.home.resolve() / 'cchc.db'}", self.home)
