"""The environment, read once: where things lie and how letters go out."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.strict import UnusableError

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
    """Every `CCHC_…` variable, from the environment or `.env`; `.env.example` explains each.

    `UnusableError` for an account of outgoing mail or a mailbox that is half set, or whose password would travel in
    the clear.
    """

    model_config = SettingsConfigDict(
        env_prefix="CCHC_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Path("var")
    config_dir: Path = PROJECT / "config"
    expectations_dir: Path = PROJECT / "expectations"
    database_url: str | None = Field(default=None, repr=False)  # may hold a password
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

    @model_validator(mode="after")
    def _refuse_half_a_mailbox(self) -> Self:
        account = {
            "CCHC_IMAP_HOST": self.imap_host,
            "CCHC_IMAP_USER": self.imap_user,
            "CCHC_IMAP_PASSWORD": self.imap_password,
        }
        needed = account | {"CCHC_AUTHSERV_ID": self.authserv_id}
        if any(account.values()) and (lack := [name for name, value in needed.items() if not value]):
            raise UnusableError(
                f"hộp thư nhận biểu mới đặt một phần, chưa đặt {', '.join(lack)}: đặt đủ, hoặc bỏ cả "
                f"{', '.join(account)} nếu chỉ nhận qua thư mục nộp"
            )
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_mail(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            have, lack = ("USER", "PASSWORD") if self.smtp_user else ("PASSWORD", "USER")
            raise UnusableError(
                f"đã đặt CCHC_SMTP_{have} mà chưa đặt CCHC_SMTP_{lack}: đặt cả hai, hoặc bỏ cả hai nếu máy chủ thư "
                "không cần đăng nhập"
            )
        if self.smtp_host and self.smtp_user and not self.smtp_starttls and not is_this_machine(self.smtp_host):
            raise UnusableError(
                f"mật khẩu thư sẽ đi không mã hóa đến {self.smtp_host}: đặt CCHC_SMTP_STARTTLS=true (thường với "
                "CCHC_SMTP_PORT=587), hoặc bỏ CCHC_SMTP_USER và CCHC_SMTP_PASSWORD"
            )
        if self.imap_host and self.imap_password and not self.imap_ssl and not is_this_machine(self.imap_host):
            raise UnusableError(
                f"mật khẩu hộp thư sẽ đi không mã hóa đến {self.imap_host}: đặt CCHC_IMAP_SSL=true (thường với "
                "CCHC_IMAP_PORT=993)"
            )
        return self

    @property
    def illustrative(self) -> bool:
        """Whether this workplace holds illustrative figures: everything published from it says so on every page."""
        return (self.home / ILLUSTRATIVE).exists()

    @property
    def database(self) -> StoreAddress:
        """The SQLAlchemy address of the store: a SQLite file under `home` unless one is set."""
        return StoreAddress(self.database_url or f"sqlite:///{self.home.resolve() / 'cchc.db'}", self.home)


def is_this_machine(host: str) -> bool:
    """Return whether `host` names the loopback, by name or by number: what is sent there leaves no machine.

    >>> [is_this_machine(host) for host in ("localhost", "127.0.0.1", "::1", "thu.example.vn", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
