"""The mailbox: unseen mails over IMAP, each of their workbooks an arrival; marked as seen once all of them are kept.

Nothing here ever expunges: a mail that a person has marked as deleted stays for that person to decide about.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from config.load import Declarations
from config.settings import Settings
from tasks.collect.channel import Content, Litter
from tasks.collect.envelope import Opened, Parse, Registry, open_header, open_mail
from tasks.collect.guard import Code, Refusal, is_litter, limits
from tasks.collect.mail import HEADERS_SIZE, MAIL, Attachment, parse_mail
from tasks.store.raw import fetch, keep

CHANNEL = "mail"
LOG = logging.getLogger("cchc.mailbox")
_SIZE, _DATE = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb'INTERNALDATE "([^"]+)"')


class MailboxError(Exception):
    """The mailbox cannot be used; `str()` is one Vietnamese line."""


@dataclass
class _Mail:
    """One mail on the server: when it came, and how many of its arrivals are not yet written down."""

    box: BaseMailBox
    uid: str
    done_folder: str | None
    waiting: int = 1

    def done(self) -> None:
        """Take note that one arrival is written down; after the last of them, mark the mail and move it."""
        self.waiting -= 1
        if self.waiting == 0:
            self._command("STORE", "+FLAGS.SILENT", r"(\Seen)")
            if self.done_folder:
                self._command("MOVE", encode_folder(self.done_folder))

    def _command(self, name: str, *arguments: str | bytes) -> None:
        status, answer = self.box.client.uid(name, self.uid, *arguments)  # type: ignore[arg-type]
        if status != "OK":  # what has been kept stays kept: the next look will try again
            LOG.warning("mail %s: %s: %s", self.uid, name, answer)


@dataclass(frozen=True)
class MailArrival:
    """A workbook in a mail, or a mail that is refused or ignored as a whole: what intake takes in."""

    unit: str
    name: str
    size: int
    message: str
    sha256: str
    at: datetime
    raw: Path
    verdict: Content | None = field(repr=False)  # None: the bytes lie in `raw`
    mail: _Mail = field(repr=False, compare=False)
    channel: str = CHANNEL

    def received_at(self, look_before: datetime | None, now: datetime) -> datetime:  # noqa: ARG002
        """Return when our mail server took the mail: neither the sender's clock nor our last look matters."""
        return min(self.at, now)

    def content(self) -> Content | None:
        """Return the bytes of the workbook, or the verdict on the mail."""
        return self.verdict or fetch(self.raw, self.sha256)

    def done(self, kept: bool) -> None:  # noqa: ARG002  the mail as a whole is kept, whatever became of its parts
        """Mark the mail as seen when this was its last arrival; to be called after the commit."""
        self.mail.done()


@dataclass(frozen=True)
class Mailbox:
    """An open mailbox with the mails that waited in it when it was opened, oldest first."""

    box: BaseMailBox
    settings: Settings
    registry: Registry
    declarations: Declarations
    now: datetime
    parse: Parse
    validity: str  # UIDVALIDITY: a UID names a mail only together with it
    uids: tuple[str, ...]
    done_folder: str | None

    def arrivals(self) -> Iterator[MailArrival]:
        """Fetch mail after mail, keep its bytes, and yield what it brings; only one mail is in memory at a time."""
        for uid in self.uids:
            yield from self._arrivals_of(uid)

    def _arrivals_of(self, uid: str) -> Iterator[MailArrival]:
        envelope = b" ".join(part for part in self._fetch(uid, "(RFC822.SIZE INTERNALDATE)") if isinstance(part, bytes))
        size = _SIZE.search(envelope)
        if size is None:
            return  # moved or deleted since we looked
        at = min(_moment(envelope) or self.now, self.now)
        is_long = int(size[1]) > MAIL
        data = self._bytes(uid, f"(BODY.PEEK[HEADER]<0.{HEADERS_SIZE}>)" if is_long else "(BODY.PEEK[])")
        if data is None:
            return
        sha256 = keep(self._raw, data)
        day = at.astimezone(self.declarations.calendar.zone).date()
        if is_long:
            refusal = Refusal(Code.MAIL_TOO_BIG, f"{int(size[1])} bytes, at most {MAIL}; only the header is kept")
            opened = open_header(data, refusal, day, self.registry, self.parse)
        else:
            opened = open_mail(data, day, self.registry, self.parse)
        yield from self._sorted(opened, _Mail(self.box, uid, self.done_folder), int(size[1]), sha256, at)

    def _sorted(self, opened: Opened, mail: _Mail, size: int, sha256: str, at: datetime) -> Iterator[MailArrival]:
        name = f"{opened.message_id[:200] or '-'} {self.settings.imap_folder}/{self.validity}/{mail.uid} {sha256}"
        if opened.verdict:
            title = f"{opened.subject[:150] or 'Thư không có tiêu đề'}.eml"
            yield MailArrival(opened.unit, title, size, f"{name}#0", sha256, at, self._raw, opened.verdict, mail)
            return
        mail.waiting = len(opened.workbooks)
        for file in opened.workbooks:
            verdict = _verdict_on(file)
            known_by = sha256 if verdict else keep(self._raw, file.data)
            message = f"{name}#{file.position}"
            yield MailArrival(opened.unit, file.name, len(file.data), message, known_by, at, self._raw, verdict, mail)

    @property
    def _raw(self) -> Path:
        return self.settings.home / "raw"

    def _bytes(self, uid: str, what: str) -> bytes | None:
        return next((part[1] for part in self._fetch(uid, what) if isinstance(part, tuple)), None)

    def _fetch(self, uid: str, what: str) -> list[bytes | tuple[bytes, bytes]]:
        """Return what the server says of the mail; of other mails it may speak at the same time, unasked."""
        status, answer = self.box.client.uid("FETCH", uid, what)
        if status != "OK":  # left as it is for the next look; the other mails go on
            LOG.warning("mail %s: FETCH: %s", uid, answer)
            return []
        return [part for part in answer if isinstance(part, tuple) or (part and b"UID %s" % uid.encode() in part)]


@contextmanager
def open_mailbox(
    settings: Settings, declarations: Declarations, now: datetime, parse: Parse = parse_mail
) -> Iterator[Mailbox]:
    """Give the mailbox of `settings`; `parse` may be `parse_mail` in another process.

    `MailboxError` when it cannot be used as it is set; `OSError` when the server is out of reach, or goes away.
    """
    authserv_id = settings.authserv_id
    if not (settings.imap_user and settings.imap_password and authserv_id):
        raise MailboxError("Hộp thư nhận biểu: cần đủ CCHC_IMAP_USER, CCHC_IMAP_PASSWORD và CCHC_AUTHSERV_ID.")
    registry = Registry(declarations.contacts, authserv_id, settings.mail_from)
    try:
        with _connected(settings) as box:
            _enter(box, settings)
            validity = (box.client.response("UIDVALIDITY")[1] or [b"?"])[-1]
            uids = tuple(sorted(box.uids("UNSEEN", charset=None), key=int))
            folder = _done_folder(box, settings)
            yield Mailbox(box, settings, registry, declarations, now, parse, _as_text(validity), uids, folder)
    except imaplib.IMAP4.abort as gone:
        raise ConnectionError(f"{settings.imap_host}: {gone}") from gone


@contextmanager
def _connected(settings: Settings) -> Iterator[BaseMailBox]:
    host, port, timeout = settings.imap_host or "", settings.imap_port, settings.imap_timeout
    if settings.imap_ssl:  # without a context of its own the library would take any certificate
        box: BaseMailBox = MailBox(host, port, timeout, ssl_context=ssl.create_default_context())
    else:
        box = MailBoxUnencrypted(host, port, timeout)
    try:
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()


def _enter(box: BaseMailBox, settings: Settings) -> None:
    password = settings.imap_password.get_secret_value() if settings.imap_password else ""
    user = settings.imap_user or ""
    try:
        login = box.login if (user + password).isascii() else box.login_utf8
        login(user, password, initial_folder=settings.imap_folder)
        if settings.imap_done_folder and not box.folder.exists(settings.imap_done_folder):
            box.folder.create(settings.imap_done_folder)
    except imaplib.IMAP4.abort:
        raise
    except (ImapToolsError, imaplib.IMAP4.error) as refusal:
        where = f"{user} trên {settings.imap_host}, thư mục {settings.imap_folder}"
        raise MailboxError(f"Không mở được hộp thư {where}: {refusal}") from refusal


def _done_folder(box: BaseMailBox, settings: Settings) -> str | None:
    """Return where to move what is taken in; without MOVE it stays: moving by hand would expunge others' mails."""
    _, answer = box.client.capability()
    can_move = b"MOVE" in b" ".join(answer).upper().split()
    return settings.imap_done_folder if can_move else None


def _verdict_on(file: Attachment) -> Content | None:
    if is_litter(file.name):
        return Litter()
    if not file.data:
        return Refusal(Code.EMPTY_FILE, "0 bytes")
    if len(file.data) > limits.FILE:
        return Refusal(Code.TOO_BIG, f"{len(file.data)} bytes, at most {limits.FILE}")
    return None


def _moment(envelope: bytes) -> datetime | None:
    written = _DATE.search(envelope)
    try:
        moment = parsedate_to_datetime(written[1].decode("ascii", "replace")) if written else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment


def _as_text(answer: bytes) -> str:
    return answer.decode("ascii", "replace")
