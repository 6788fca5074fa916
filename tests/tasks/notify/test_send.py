"""Facts about sending: over a real mail server, or as files that a mail program opens."""

from __future__ import annotations

import logging
import smtplib
import socket
from collections import Counter
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import Settings
from tasks.notify.send import message_of, send_all
from tasks.store import tables
from tasks.store.database import reading, writing
from tasks.store.outbox import Letter, add_letters, unsent
from tasks.store.values import Run
from tests.tasks.notify.conftest import Mailbox

LETTER = Letter("k", "30628", "cchc.30628@example.vn", "Trả lại biểu", "Kính gửi…\n")


def parsed(data: bytes) -> EmailMessage:
    """Return the mail that `data` holds, as a mail program reads it."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def still_waiting(settings: Settings) -> list[str]:
    """Return the units whose letters wait."""
    with reading(settings.database) as connection:
        return [letter.unit for letter in unsent(connection)]


def audited(settings: Settings, action: str) -> list[str]:
    """Return the letters of which the audit tells this."""
    a = tables.audit.c
    with reading(settings.database) as connection:
        return list(connection.execute(select(a.subject).where(a.action == action)).scalars())


def to(*letters: Letter) -> tuple[bytes, ...]:
    """Return how the mails that `letters` become name their recipients."""
    return tuple(b"To: " + letter.recipient.encode() for letter in letters)


def eml_files(settings: Settings) -> list[Path]:
    """Return everything in the folder of unsent mail files, by name."""
    return sorted((settings.home / "outbox").iterdir())


def test_without_a_mail_server_each_letter_becomes_a_file(settings: Settings, waiting: list[Letter], run: Run) -> None:
    assert send_all(settings, run) == 3
    assert [p.name.partition("-")[0] for p in eml_files(settings)] == ["cchc.30628", "cchc.30631", "cchc.30634"]
    assert {p.suffix for p in eml_files(settings)} == {".eml"}
    assert still_waiting(settings) == []


def test_a_mail_file_reads_back_as_the_letter_with_its_workbook(
    settings: Settings, waiting: list[Letter], run: Run
) -> None:
    send_all(settings, run)
    mail = parsed(eml_files(settings)[0].read_bytes())
    body, [attached] = mail.get_body(), list(mail.iter_attachments())
    assert mail["Subject"] == "Trả lại biểu của xã 30628 để sửa"
    assert mail["To"] == "cchc.30628@example.vn"
    assert mail["From"] == settings.mail_from
    assert mail["Date"].datetime == run.now
    assert body is not None
    assert body.get_content().splitlines() == ["Kính gửi 30628"]
    assert attached.get_filename() == "30628-2022-H1-lan-1.xlsx"
    assert attached.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert attached.get_content() == (settings.home / "returned/30628/30628-2022-H1-lan-1.xlsx").read_bytes()


def test_a_letter_goes_out_once(settings: Settings, waiting: list[Letter], run: Run) -> None:
    assert send_all(settings, run) == 3
    before = [p.stat().st_mtime_ns for p in eml_files(settings)]
    assert send_all(settings, run) == 0
    assert [p.stat().st_mtime_ns for p in eml_files(settings)] == before


def test_with_nothing_to_send_nothing_is_touched(settings: Settings, run: Run) -> None:
    unreachable = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": 1})
    assert send_all(unreachable, run) == 0
    assert not (settings.home / "outbox").exists()


def test_letters_are_delivered_over_one_connection(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    assert send_all(smtp_settings, run) == 3
    assert [e.rcpt_tos for e in mailbox.taken] == [[letter.recipient] for letter in waiting]
    assert len(mailbox.peers) == 1
    assert audited(smtp_settings, "letter.sent") == [letter.key for letter in waiting]


def test_what_is_delivered_is_the_letter_with_its_workbook(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    send_all(smtp_settings, run)
    mail = parsed(mailbox.taken[0].original_content or b"")
    [attached] = list(mail.iter_attachments())
    assert mail["Subject"] == waiting[0].subject
    assert attached.get_content() == (smtp_settings.home / str(waiting[0].attachment)).read_bytes()
    assert not (smtp_settings.home / "outbox").exists()


def test_a_refused_address_never_stops_the_others_and_its_letter_waits(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.refuses_recipient = "cchc.30628"
    assert send_all(smtp_settings, run) == 2
    assert still_waiting(smtp_settings) == ["30628"]
    assert audited(smtp_settings, "letter.refused") == ["key-30628"]


def test_a_letter_whose_copy_is_refused_goes_to_its_recipient_and_the_rest_is_told(
    smtp_settings: Settings,
    mailbox: Mailbox,
    run: Run,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger("cchc"), "propagate", True)  # a flow in this process may have kept its lines
    caplog.set_level(logging.INFO, "cchc")
    with writing(smtp_settings.database) as connection:
        add_letters(connection, [replace(LETTER, copies=("lanh-dao@example.vn",))], run)
    mailbox.refuses_recipient = "lanh-dao"
    assert send_all(smtp_settings, run) == 1
    assert [e.rcpt_tos for e in mailbox.taken] == [[LETTER.recipient]]
    assert (audited(smtp_settings, "letter.refused"), audited(smtp_settings, "letter.sent")) == (["k"], ["k"])
    said = "máy chủ thư không nhận địa chỉ (lanh-dao@example.vn: 550 no such box): xem lại contacts.yaml"
    assert f"Gửi thư: thư cho 30628 đi thiếu người nhận, {said}" in caplog.messages


def test_a_letter_the_server_does_not_want_never_stops_the_others(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.refuses_content = b"cchc.30631"
    assert send_all(smtp_settings, run) == 2
    assert still_waiting(smtp_settings) == ["30631"]


def test_a_workbook_that_is_gone_never_stops_the_others(settings: Settings, waiting: list[Letter], run: Run) -> None:
    (settings.home / str(waiting[0].attachment)).unlink()
    assert send_all(settings, run) == 2
    assert still_waiting(settings) == ["30628"]
    assert audited(settings, "letter.refused") == ["key-30628"]


def test_an_address_that_is_none_never_stops_the_others(settings: Settings, waiting: list[Letter], run: Run) -> None:
    with writing(settings.database) as connection:
        connection.execute(tables.outbox.update().where(tables.outbox.c.unit == "30628").values(recipient="a\nb@c"))
    assert send_all(settings, run) == 2
    assert still_waiting(settings) == ["30628"]


def test_an_address_the_server_cannot_write_never_stops_the_others(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    with writing(smtp_settings.database) as connection:
        connection.execute(tables.outbox.update().where(tables.outbox.c.unit == "30628").values(recipient="xã@xã.vn"))
    sent = send_all(smtp_settings, run)
    assert {"30631", "30634"} & set(still_waiting(smtp_settings)) == set()
    assert sent == 3 - len(still_waiting(smtp_settings))


def test_what_a_server_that_hangs_up_did_not_take_waits_for_the_next_run(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.hangs_up_after = 1
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_all(smtp_settings, run)
    assert still_waiting(smtp_settings) == ["30631", "30634"]
    mailbox.hangs_up_after = 1000
    assert send_all(smtp_settings, run) == 2
    assert [e.rcpt_tos[0] for e in mailbox.taken] == [letter.recipient for letter in waiting]


def test_a_letter_at_which_the_server_hangs_up_never_stops_the_others(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.hangs_up_at = to(waiting[0])
    assert send_all(smtp_settings, run) == 2
    assert still_waiting(smtp_settings) == [waiting[0].unit]
    assert [e.rcpt_tos[0] for e in mailbox.taken] == [letter.recipient for letter in waiting[1:]]


def test_neighbours_at_which_the_server_hangs_up_never_stop_the_others_for_good(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    later = [replace(LETTER, key=f"k{n}", unit=f"3064{n}", recipient=f"cchc.3064{n}@example.vn") for n in range(3)]
    with writing(smtp_settings.database) as connection:
        add_letters(connection, later, run)
    mailbox.hangs_up_at = to(*waiting[:2])
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_all(smtp_settings, run)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_all(smtp_settings, replace(run, id="run-2"))
    assert [e.rcpt_tos[0] for e in mailbox.taken] == [letter.recipient for letter in (waiting[2], *later)]
    assert still_waiting(smtp_settings) == [letter.unit for letter in waiting[:2]]
    assert Counter(audited(smtp_settings, "letter.refused")) == {waiting[0].key: 2, waiting[1].key: 2}


def test_a_server_that_takes_so_many_letters_a_connection_gets_all_of_them(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.closes_after = 2
    assert send_all(smtp_settings, run) == 3
    assert mailbox.closed_at == ["MAIL"]
    assert len(mailbox.peers) == 2
    assert audited(smtp_settings, "letter.refused") == []  # nothing was wrong with the third


def test_a_server_that_closes_says_nothing_of_the_next_letter(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.closes_at = to(waiting[1])
    assert send_all(smtp_settings, run) == 2
    assert mailbox.closed_at == ["DATA", "DATA"]  # tried again on a connection of its own
    assert still_waiting(smtp_settings) == [waiting[1].unit]
    assert audited(smtp_settings, "letter.refused") == [waiting[1].key]


def test_a_connection_that_lay_idle_too_long_is_made_again(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.closes_when_idle_after = 1
    assert send_all(smtp_settings, run) == 3
    assert audited(smtp_settings, "letter.refused") == []


def test_a_letter_too_big_for_the_server_never_stops_the_others(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.most_bytes = 2000  # which the server says at the sender already: it is told the size
    assert send_all(smtp_settings, run) == 2
    assert still_waiting(smtp_settings) == [waiting[0].unit]
    assert audited(smtp_settings, "letter.refused") == [waiting[0].key]


def test_a_letter_that_was_taken_before_the_server_hung_up_goes_again_as_the_same_letter(
    smtp_settings: Settings, mailbox: Mailbox, waiting: list[Letter], run: Run
) -> None:
    mailbox.hangs_up_when_taken = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send_all(smtp_settings, run)
    mailbox.hangs_up_when_taken = False
    assert send_all(smtp_settings, run) == 3
    ids = [parsed(e.original_content or b"")["Message-ID"] for e in mailbox.taken]
    assert len(set(ids)) == 3  # what was taken twice is known by its number
    assert still_waiting(smtp_settings) == []


def test_a_server_that_is_not_there_raises_and_every_letter_waits(
    settings: Settings, waiting: list[Letter], run: Run
) -> None:
    with socket.socket() as reserved:  # bound, but nobody listens
        reserved.bind(("127.0.0.1", 0))
        nobody = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": reserved.getsockname()[1]})
        with pytest.raises(OSError, match="refused"):
            send_all(nobody, run)
    assert len(still_waiting(settings)) == 3


def test_a_server_that_never_answers_is_given_up(settings: Settings, waiting: list[Letter], run: Run) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        change = {"smtp_host": "127.0.0.1", "smtp_port": silent.getsockname()[1], "smtp_timeout": 0.2}
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            send_all(settings.model_copy(update=change), run)
    assert len(still_waiting(settings)) == 3


def test_a_letter_sent_twice_is_still_one_letter(settings: Settings, run: Run) -> None:
    mail, again = message_of(LETTER, settings, run), message_of(LETTER, settings, replace(run, id="run-2"))
    assert mail["Message-ID"] == again["Message-ID"]
    assert message_of(replace(LETTER, key="other"), settings, run)["Message-ID"] != mail["Message-ID"]


def test_the_message_id_is_of_our_own_domain(settings: Settings, run: Run) -> None:
    assert message_of(LETTER, settings, run)["Message-ID"].endswith("@example.vn>")


@pytest.mark.parametrize(
    "subject",
    ["Trả lại\r\nBcc: all@example.vn", "Trả lại\n\nThân thư giả", "a\u2028Bcc: x@example.vn", "a\x00b\x85c", "ô" * 500],
    ids=["header", "body", "line separator", "control", "long"],
)
def test_no_subject_can_add_a_header_or_a_line(settings: Settings, run: Run, subject: str) -> None:
    mail = parsed(bytes(message_of(replace(LETTER, subject=subject), settings, run)))
    assert set(mail.keys()) == set(message_of(LETTER, settings, run).keys())
    assert len(str(mail["Subject"]).splitlines()) == 1
    body = mail.get_body()
    assert body is not None
    assert body.get_content().splitlines() == LETTER.body.splitlines()


def test_a_recipient_gets_one_file_for_each_letter(settings: Settings, run: Run) -> None:
    with writing(settings.database) as connection:
        for key in ("k1", "k2"):
            add_letters(connection, [replace(LETTER, key=key)], run)
    assert send_all(settings, run) == 2
    assert len(eml_files(settings)) == 2


def test_no_mail_file_leaves_the_outbox(settings: Settings, run: Run) -> None:
    with writing(settings.database) as connection:
        add_letters(connection, [replace(LETTER, recipient='"../../x"@example.vn')], run)
    send_all(settings, run)
    assert list(settings.home.parent.rglob("*.eml")) == eml_files(settings)
