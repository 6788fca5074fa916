"""Facts about a mail server that cannot be used: one sentence that names what to look at, and no letter lost."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from config.settings import Settings
from flows.letters import waiting_table
from tasks.notify.door import send_letters_task
from tasks.notify.send import send_all
from tasks.notify.trouble import mail_trouble
from tasks.store.database import reading
from tasks.store.outbox import Letter, count_unsent
from tasks.store.outbox import waiting as waits
from tasks.store.values import Run
from tests.factory import ZONE, at
from tests.ports import MailController
from tests.tasks.notify.conftest import Mailbox


@pytest.fixture
def strict_port() -> Iterator[int]:
    """Return the port of a mail server that takes no password."""
    controller = MailController(
        Mailbox(),
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )
    controller.start()
    yield controller.port
    controller.stop()


def said(settings: Settings, run: Run) -> str:
    """Return what is said of the failure of sending."""
    with pytest.raises(OSError) as raised:
        send_all(settings, run)
    return mail_trouble(raised.value, settings)


def test_an_unknown_host_is_named(settings: Settings, waiting: list[Letter], run: Run) -> None:
    wrong = settings.model_copy(update={"smtp_host": "thu.khong-co.invalid", "smtp_timeout": 2.0})
    assert said(wrong, run) == "không tìm thấy máy chủ thư thu.khong-co.invalid:25: xem lại CCHC_SMTP_HOST và mạng"


def test_a_closed_port_is_named(settings: Settings, waiting: list[Letter], run: Run) -> None:
    wrong = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": 1})
    assert said(wrong, run).startswith("máy chủ thư 127.0.0.1:1 không mở cổng này: xem lại CCHC_SMTP_PORT")


def test_a_refused_password_names_the_variables_and_not_the_password(
    settings: Settings, waiting: list[Letter], run: Run, strict_port: int
) -> None:
    change = {"smtp_host": "127.0.0.1", "smtp_port": strict_port, "smtp_user": "cchc"}
    wrong = settings.model_copy(update={**change, "smtp_password": SecretStr("bi-mat-123")})
    sentence = said(wrong, run)
    assert "không nhận tên hoặc mật khẩu: xem lại CCHC_SMTP_USER và CCHC_SMTP_PASSWORD" in sentence
    assert "bi-mat-123" not in sentence


def test_a_missing_starttls_is_named(smtp_settings: Settings, waiting: list[Letter], run: Run) -> None:
    wrong = smtp_settings.model_copy(update={"smtp_starttls": True})
    assert "xem lại CCHC_SMTP_STARTTLS" in said(wrong, run)


def test_the_run_goes_on_in_one_sentence_and_every_letter_waits(
    settings: Settings, waiting: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("CCHC_SMTP_PORT", "1")
    post = send_letters_task.fn("2022-06-23", "run-1")
    assert (post["sent"], post["waiting"]) == (0, 3)
    assert str(post["trouble"]).startswith("máy chủ thư 127.0.0.1:1 không mở cổng này")
    with reading(settings.database) as connection:
        assert count_unsent(connection) == 3
        known = waits(connection)
    assert [(item.tries, item.trouble, item.tried_at) for item in known] == [
        (1, post["trouble"], at("2022-06-23T23:59:59"))
    ] * 3


def test_what_the_server_said_of_one_address_is_kept_as_it_said_it(
    smtp_settings: Settings, waiting: list[Letter], run: Run, mailbox: Mailbox
) -> None:
    mailbox.refuses_recipient = "cchc.30628"
    send_all(smtp_settings, run)
    with reading(smtp_settings.database) as connection:
        (item,) = waits(connection)
    assert item.trouble == (
        "máy chủ thư không nhận địa chỉ (cchc.30628@example.vn: 550 no such box): xem lại contacts.yaml"
    )
    assert (item.tries, item.tried_at) == (1, run.now)
    shown = next(waiting_table([item], ZONE).columns[4].cells)
    assert "550 no such box" in shown


def test_a_server_that_refuses_the_sender_is_told_in_its_own_words(settings: Settings) -> None:
    refusal = smtplib.SMTPSenderRefused(550, b"5.7.1 relaying \x1b[31mdenied", settings.mail_from)
    assert "(550 5.7.1 relaying [31mdenied): xem lại CCHC_MAIL_FROM" in mail_trouble(refusal, settings)


def test_what_a_server_that_closes_says_is_told_of_the_letter_and_of_the_run(
    smtp_settings: Settings, waiting: list[Letter], run: Run, mailbox: Mailbox
) -> None:
    mailbox.closes_after = 0
    words = "(421 4.7.0 enough for one connection)"
    assert said(smtp_settings, run).endswith(f"ngắt kết nối {words}: lần chạy sau gửi tiếp")
    with reading(smtp_settings.database) as connection:
        first, second, third = (item.trouble for item in waits(connection))
    blamed = f"máy chủ thư ngắt kết nối giữa thư này {words}; thư này chờ, các thư khác đi trước"
    assert [first, second, third] == [blamed, blamed, ""]
