"""Facts about the mailbox, on a real mail server: nothing lost, nothing twice, nothing marked before it is kept."""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from config.load import Declarations
from config.settings import Settings
from tasks.collect import mailbox as mailbox_module
from tasks.collect.channel import Incoming, Litter
from tasks.collect.guard import Refusal
from tasks.collect.imap import MailboxError, MailServerGoneError
from tasks.collect.mail import header_of
from tasks.collect.mailbox import open_mailbox
from tasks.store.database import reading, writing
from tasks.store.raw import fetch, keep, sha256_of
from tasks.store.receipts import Arrival, Receipt, add_receipts, known_arrivals, receipts
from tasks.store.values import Outcome, Run
from tests.factory import COMMUNE, END_OF_TIME, NOW, PERIOD, RECEIVED
from tests.tasks.collect.mail.conftest import DONE, Folder, MailServer, new_folder, running_server, settings_for
from tests.tasks.collect.mail.factory import FAILED, make_mail, raw_mail, small_workbook

RUN = Run("run-1", NOW)
ONE, TWO = small_workbook("1"), small_workbook("2")


class DiedError(Exception):
    """The process ended here."""


def write_down(settings: Settings, incoming: Iterable[Incoming], dies: str = "", chunk: int = 50) -> None:
    """Take in what a channel hands over as intake does: kept, written in one transaction, and only then done."""
    waiting = list(incoming)
    for start in range(0, len(waiting), chunk):
        taken = [(one, _receipt(settings, one)) for one in waiting[start : start + chunk]]
        if dies == "before commit":
            raise DiedError
        with writing(settings.database) as connection:
            seen = known_arrivals(connection, [receipt.arrival for _, receipt in taken])
            add_receipts(connection, [receipt for _, receipt in taken if receipt.arrival.key not in seen], RUN)
        if dies == "after commit":
            raise DiedError
        for one, receipt in taken:
            one.done(one.sha256 if receipt.outcome is Outcome.SUBMITTED else None)


def _receipt(settings: Settings, one: Incoming) -> Receipt:
    content = one.content()
    sha256 = keep(settings.home / "raw", content) if isinstance(content, bytes) else one.sha256
    at = one.received_at(None, NOW)
    arrival = Arrival(one.channel, one.message, one.unit, PERIOD, one.name, sha256, one.size, at)
    if isinstance(content, Refusal):
        return Receipt(arrival, Outcome.QUARANTINED, content.code, content.detail)
    if isinstance(content, Litter):
        return Receipt(arrival, Outcome.IGNORED, content.code, content.detail)
    return Receipt(arrival, Outcome.SUBMITTED)


def collect(settings: Settings, declarations: Declarations, dies: str = "", chunk: int = 50) -> None:
    """Take in what waits in the mailbox."""
    with open_mailbox(settings, declarations, NOW) as box:
        write_down(settings, box.arrivals(), dies, chunk)


def written(settings: Settings) -> list[Receipt]:
    """Return the receipts in the store."""
    with reading(settings.database) as connection:
        return receipts(connection, PERIOD, END_OF_TIME)


def raw_files(settings: Settings) -> set[str]:
    """Return the hashes in the raw store."""
    return {path.name for path in (settings.home / "raw").glob("*/*")}


def test_a_workbook_in_a_mail_is_an_arrival_of_the_sender(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    mail = make_mail([("Biểu xã.xlsx", ONE)])
    folder.deliver(mail)
    collect(mail_settings, declarations)
    [receipt] = written(mail_settings)
    arrival = receipt.arrival
    assert receipt.outcome is Outcome.SUBMITTED
    assert (arrival.channel, arrival.unit, arrival.file_name) == ("mail", COMMUNE, "Biểu xã.xlsx")
    assert (arrival.sha256, arrival.size) == (sha256_of(ONE), len(ONE))
    [uid] = folder.uids("SEEN")
    message_id, place, kept = arrival.message.split(" ")
    assert (message_id, kept) == ("<1@example.vn>", f"{sha256_of(mail)}#2")
    assert place.startswith(f"{folder.name}/")
    assert place.endswith(f"/{uid}")
    assert fetch(mail_settings.home / "raw", sha256_of(mail)) == mail


def test_the_bytes_of_the_mail_are_kept_before_anything_else_happens(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    def dying(_: bytes) -> Refusal:
        raise DiedError

    mail = make_mail()
    folder.deliver(mail)
    with open_mailbox(mail_settings, declarations, NOW, parse=dying) as box, pytest.raises(DiedError):
        list(box.arrivals())
    assert raw_files(mail_settings) == {sha256_of(mail)}
    assert folder.uids("UNSEEN")


def test_a_mail_was_received_when_our_server_took_it_whatever_its_sender_says(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail(message_id="<1@x>"), at=RECEIVED)
    folder.deliver(make_mail(message_id="<2@x>"), at=NOW + timedelta(days=3))
    collect(mail_settings, declarations)
    assert [r.arrival.received_at for r in written(mail_settings)] == [RECEIVED, NOW]


def test_fetching_marks_nothing(mail_settings: Settings, folder: Folder, declarations: Declarations) -> None:
    folder.deliver(make_mail(), make_mail([]))
    with open_mailbox(mail_settings, declarations, NOW) as box:
        assert len(list(box.arrivals())) == len(box.uids) == 2
    assert len(folder.uids("UNSEEN")) == 2


def test_a_mail_is_marked_after_the_last_of_its_workbooks(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail([("a.xlsx", ONE), ("b.xlsx", TWO)]))
    with open_mailbox(mail_settings, declarations, NOW) as box:
        first, second = box.arrivals()
        first.done(first.sha256)
        assert folder.uids("UNSEEN")
        second.done(second.sha256)
        assert not folder.uids("UNSEEN")


@pytest.mark.parametrize("dies", ["before commit", "after commit"])
@pytest.mark.parametrize("chunk", [1, 2, 50])
def test_a_run_that_dies_is_made_good_by_the_next_one(
    mail_settings: Settings, folder: Folder, declarations: Declarations, dies: str, chunk: int
) -> None:
    folder.deliver(make_mail([("a.xlsx", ONE), ("b.xlsx", TWO)]), make_mail([], message_id="<2@x>"))
    with pytest.raises(DiedError):
        collect(mail_settings, declarations, dies, chunk)
    assert len(folder.uids("UNSEEN")) == 2
    collect(mail_settings, declarations)
    collect(mail_settings, declarations)
    assert [r.code or r.arrival.file_name for r in written(mail_settings)] == ["a.xlsx", "b.xlsx", "no_workbook"]
    assert folder.uids("UNSEEN") == []


def test_the_same_workbook_in_another_mail_is_another_arrival(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail(), make_mail())
    collect(mail_settings, declarations)
    assert len({r.arrival.message for r in written(mail_settings)}) == 2


def test_the_same_file_twice_in_one_mail_makes_two_arrivals(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail([("a.xlsx", ONE), ("a.xlsx", ONE)]))
    collect(mail_settings, declarations)
    assert len({r.arrival.message for r in written(mail_settings)}) == 2


def test_mails_that_were_seen_stay_as_they_are(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail(), flags=(r"\Seen",))
    collect(mail_settings, declarations)
    assert written(mail_settings) == []


def test_a_mail_that_is_done_with_moves_where_the_settings_say(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail([("a.xlsx", ONE), ("b.xlsx", TWO)]))
    settings = mail_settings.model_copy(update={"imap_done_folder": f"{DONE} {folder.name}"})
    collect(settings, declarations)
    collect(settings, declarations)
    assert folder.uids() == []
    assert len(folder.uids("SEEN", f"{DONE} {folder.name}")) == 1
    assert len(written(settings)) == 2


@pytest.mark.parametrize("done_folder", [None, DONE])
def test_what_a_person_marked_as_deleted_is_not_expunged_by_us(
    mail_settings: Settings, folder: Folder, declarations: Declarations, done_folder: str | None
) -> None:
    folder.deliver(make_mail(), flags=(r"\Seen", r"\Deleted"))
    folder.deliver(make_mail())
    collect(mail_settings.model_copy(update={"imap_done_folder": done_folder}), declarations)
    assert len(folder.uids("DELETED")) == 1


def test_a_refused_mail_is_one_arrival_known_by_the_mail_itself(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    mail = make_mail([("a.xlsx", ONE), ("b.xlsx", TWO)], top=FAILED, subject="Gửi\tbiểu")
    folder.deliver(mail)
    collect(mail_settings, declarations)
    [receipt] = written(mail_settings)
    assert (receipt.outcome, receipt.code) == (Outcome.QUARANTINED, "sender_unverified")
    assert (receipt.arrival.unit, receipt.arrival.file_name) == ("cchc.30628@example.vn", "Gửi biểu.eml")
    assert (receipt.arrival.sha256, receipt.arrival.size) == (sha256_of(mail), len(mail))
    assert receipt.arrival.message.endswith("#0")
    assert raw_files(mail_settings) == {sha256_of(mail)}


def test_a_machines_mail_is_written_down_and_no_more(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail(extra=[("Auto-Submitted", "auto-replied")]))
    collect(mail_settings, declarations)
    [receipt] = written(mail_settings)
    assert (receipt.outcome, receipt.code) == (Outcome.IGNORED, "automatic_mail")
    assert folder.uids("UNSEEN") == []


def test_litter_and_too_long_files_have_a_verdict_of_their_own(
    mail_settings: Settings, folder: Folder, declarations: Declarations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.collect.guard.limits.FILE", 1000)
    folder.deliver(make_mail([("~$b.xlsx", ONE), ("c.xlsx", ONE + b"x" * 1000), ("d.xlsx", ONE)]))
    collect(mail_settings, declarations)
    found = [(r.outcome, r.code) for r in written(mail_settings)]
    assert found == [
        (Outcome.IGNORED, None),
        (Outcome.QUARANTINED, "too_big"),
        (Outcome.SUBMITTED, None),
    ]


def test_of_a_mail_that_is_too_big_only_the_header_is_fetched(
    mail_settings: Settings, folder: Folder, declarations: Declarations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_module, "MAIL", 2000)
    mail = make_mail([("a.xlsx", ONE + b"x" * 3000)])
    folder.deliver(mail)
    collect(mail_settings, declarations)
    [receipt] = written(mail_settings)
    assert (receipt.code, receipt.arrival.unit, receipt.arrival.size) == ("mail_too_big", COMMUNE, len(mail))
    assert raw_files(mail_settings) == {sha256_of(header_of(mail))}
    assert folder.uids("UNSEEN") == []


HOSTILE = {
    "empty header": raw_mail("", ""),
    "noise": bytes(range(256)) * 20,
    "nul": b"\0" * 500,
    "line ends": b"\r\n" * 500,
    "deep": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(300)),
    "two senders": make_mail().replace(b"From:", b"From: x@evil.example\r\nFrom:", 1),
    "markup": make_mail([], subject="<script>alert(1)</script>", message_id="<a b\"'%s@x>"),
    "long message id": make_mail([], message_id=f"<{'x' * 900}@x>"),
    "8-bit": b"Subject: \xff\xfe\r\nMessage-ID: \xe1\xbb\xa3\r\nFrom: \xc3\x28\r\n\r\n\xff",
    "impossible name": make_mail().replace(b'filename="bieu.xlsx"', b"filename*=idna''%00"),
}


def as_delivered(mail: bytes) -> bytes:
    """Return the mail with the line ends that the delivering client gives it."""
    return imaplib.MapCRLF.sub(b"\r\n", mail)


def test_hostile_mails_never_stop_the_others_and_each_ends_in_one_state(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(*(one for mail in HOSTILE.values() for one in (mail, make_mail())))
    collect(mail_settings, declarations)
    found = written(mail_settings)
    good = [r for r in found if r.arrival.file_name == "bieu.xlsx" and r.outcome is Outcome.SUBMITTED]
    assert len(good) == len(HOSTILE)
    assert folder.uids("UNSEEN") == []
    kept = raw_files(mail_settings)
    assert {sha256_of(as_delivered(mail)) for mail in HOSTILE.values()} <= kept
    assert {r.arrival.sha256 for r in found} <= kept
    collect(mail_settings, declarations)
    assert len(written(mail_settings)) == len(found)


def test_a_mail_that_disappears_while_we_look_is_passed_over(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    folder.deliver(make_mail(), make_mail([]))
    with open_mailbox(mail_settings, declarations, NOW) as box:
        with folder.server.box() as person:
            person.folder.set(folder.name)
            person.delete(box.uids[0])
        write_down(mail_settings, box.arrivals())
    assert [r.code for r in written(mail_settings)] == ["no_workbook"]


def test_four_runs_at_once_write_each_mail_once(
    mail_settings: Settings, folder: Folder, declarations: Declarations
) -> None:
    settings = mail_settings.model_copy(update={"imap_done_folder": f"{DONE} 2 {folder.name}"})
    folder.deliver(*(make_mail(message_id=f"<{i}@x>") for i in range(8)))
    written(settings)  # the store is there
    failures: list[BaseException] = []

    def run() -> None:
        try:
            collect(settings, declarations)
        except BaseException as fault:  # noqa: BLE001  whatever it is fails the test, in the main thread
            failures.append(fault)

    runs = [threading.Thread(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert failures == []
    assert sorted(r.arrival.message.split()[0] for r in written(settings)) == [f"<{i}@x>" for i in range(8)]
    assert folder.uids() == []


def test_when_the_server_goes_away_what_was_written_stays_and_the_rest_is_an_error_to_try_again(
    settings: Settings, declarations: Declarations
) -> None:
    with running_server("mật khẩu") as server:
        folder = new_folder(server)
        folder.deliver(make_mail(), make_mail([], message_id="<2@x>"))
        mine = settings_for(settings, folder)
        with pytest.raises(MailServerGoneError), open_mailbox(mine, declarations, NOW) as box:  # noqa: PT012
            arrivals = box.arrivals()
            write_down(mine, [next(arrivals)])
            server.process.kill()
            server.process.wait()
            write_down(mine, arrivals)
    assert [r.outcome for r in written(mine)] == [Outcome.SUBMITTED]


def test_nobody_there_is_an_error_to_try_again(settings: Settings, declarations: Declarations) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = settings_for(settings, Folder(MailServer(probe.getsockname()[1], "x", None), "INBOX"))  # type: ignore[arg-type]
        with pytest.raises(MailServerGoneError), open_mailbox(nobody, declarations, NOW):
            pass


@pytest.mark.parametrize(
    "changes",
    [{"imap_password": SecretStr("sai-roi")}, {"imap_folder": "khong-co"}, {"authserv_id": None}, {"imap_user": None}],
)
def test_a_mailbox_that_cannot_be_opened_says_so_in_one_line_without_the_password(
    mail_settings: Settings, declarations: Declarations, changes: dict[str, object]
) -> None:
    settings = mail_settings.model_copy(update=changes)
    with pytest.raises(MailboxError, match="ộp thư") as refused, open_mailbox(settings, declarations, NOW):
        pass
    assert "\n" not in str(refused.value)
    assert "sai-roi" not in str(refused.value)


HOSTILE_ANSWER = "\x1b[2J\x9bđã xóa\u202e" + "x" * 5000


@pytest.fixture
def scribbler() -> Iterator[int]:
    """Return the port of a mail server that has one mail, does not give it, and says why in its own way."""
    answers = {
        b"CAPABILITY": ["* CAPABILITY IMAP4rev1", "OK done"],
        b"SEARCH": ["* SEARCH 1", "OK done"],
        b"FETCH": [f"NO {HOSTILE_ANSWER}"],
        b"LOGOUT": ["* BYE", "OK done"],
    }

    def talk(listening: socket.socket) -> None:
        link, _ = listening.accept()
        with link, link.makefile("rwb", buffering=0) as line:
            line.write(b"* OK ready\r\n")
            for said in line:
                tag, *words = said.split()
                *untagged, last = next((answers[word] for word in words if word in answers), ["OK done"])
                line.write("".join(f"{one}\r\n" for one in (*untagged, f"{tag.decode()} {last}")).encode())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=talk, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_what_a_server_answers_reaches_the_log_as_text_that_does_nothing(
    settings: Settings, declarations: Declarations, scribbler: int, caplog: pytest.LogCaptureFixture
) -> None:
    asked = settings_for(settings, Folder(MailServer(scribbler, "x", None), "INBOX"))  # type: ignore[arg-type]
    with open_mailbox(asked, declarations, NOW) as box:
        assert list(box.arrivals()) == []
    [said] = caplog.messages
    assert said.startswith("mail 1: FETCH: 'NO' ")
    assert said.isprintable()
    assert len(said) < 300


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[int]:
    """Return the port of a server whose certificate nobody has vouched for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))

    def answer(listening: socket.socket) -> None:
        link, _ = listening.accept()
        with link, pytest.raises(OSError):
            context.wrap_socket(link, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "impostor.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_no_password_goes_to_a_server_whose_certificate_is_not_vouched_for(
    mail_settings: Settings, declarations: Declarations, impostor: int
) -> None:
    changes = {"imap_host": "localhost", "imap_port": impostor, "imap_ssl": True}
    with (
        pytest.raises(MailboxError, match="chứng chỉ"),
        open_mailbox(mail_settings.model_copy(update=changes), declarations, NOW),
    ):
        pass
