"""The mailbox: each workbook in an unseen mail is an arrival; the mail is marked as seen once all of them are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.load import Declarations
from config.settings import Settings
from tasks.collect.channel import Content, Litter
from tasks.collect.envelope import Opened, Parse, Registry, open_header, open_mail
from tasks.collect.guard import Code, Refusal, is_litter, limits
from tasks.collect.imap import MailboxError, Server, connected
from tasks.collect.mail import Attachment, parse_mail
from tasks.collect.mail_parts import HEADERS_SIZE, MAIL
from tasks.store.raw import fetch, keep

CHANNEL = "mail"


@dataclass
class _Mail:
    """One mail on the server, kept under `sha256`, with the number of its arrivals that are not yet written down."""

    server: Server
    uid: str
    size: int
    at: datetime
    sha256: str
    waiting: int = 1

    def done(self) -> None:
        """Note that one arrival is written down; mark the mail after the last of them."""
        self.waiting -= 1
        if self.waiting == 0:
            self.server.mark(self.uid)


@dataclass(frozen=True)
class MailArrival:
    """A workbook in a mail, or a mail that is refused or ignored as a whole; see `channel.Incoming`."""

    unit: str
    name: str
    size: int
    message: str
    sha256: str
    raw: Path
    verdict: Refusal | Litter | None  # None: the bytes lie in `raw`
    mail: _Mail = field(repr=False, compare=False)
    channel: str = CHANNEL
    is_kept: bool = True

    def received_at(self, look_before: datetime | None, now: datetime) -> datetime:
        """Return when our mail server took the mail: neither the sender's clock nor our last look matters."""
        return min(self.mail.at, now)

    def content(self) -> Content | None:
        """Return the bytes of the workbook, or the verdict on the mail."""
        return self.verdict or fetch(self.raw, self.sha256)

    def is_unfinished(self, content: bytes, now: datetime) -> bool:
        """Return False: our mail server took the whole mail."""
        return False

    def done(self, kept_as: str | None) -> None:
        """Mark the mail as seen if this was its last arrival; the mail itself is kept, whatever became of its files."""
        self.mail.done()


@dataclass(frozen=True)
class Mailbox:
    """An open mailbox, with the mails that waited in it when it was opened, oldest first."""

    settings: Settings
    declarations: Declarations
    registry: Registry
    now: datetime
    parse: Parse
    server: Server
    uids: tuple[str, ...]

    def arrivals(self) -> Iterator[MailArrival]:
        """Fetch mail after mail, keep its bytes first of all, and yield what it brings."""
        for uid in self.uids:
            yield from self._arrivals_of(uid)

    def _arrivals_of(self, uid: str) -> Iterator[MailArrival]:
        envelope = self.server.envelope(uid)
        if envelope is None:
            return
        is_long = envelope.size > MAIL
        data = self.server.header(uid, HEADERS_SIZE) if is_long else self.server.content(uid)
        if data is None:
            return
        at = min(envelope.at or self.now, self.now)
        mail = _Mail(self.server, uid, envelope.size, at, keep(self._raw, data))
        opened = self._opened(data, at, envelope.size if is_long else None)
        yield from self._files(opened, mail) if opened.verdict is None else self._whole(opened, mail)

    def _opened(self, data: bytes, at: datetime, too_long: int | None) -> Opened:
        day = at.astimezone(self.declarations.calendar.zone).date()
        if too_long is None:
            return open_mail(data, day, self.registry, self.parse)
        refusal = Refusal(Code.MAIL_TOO_BIG, f"{too_long} bytes, at most {MAIL}; only the header is kept")
        return open_header(data, refusal, day, self.registry, self.parse)

    def _whole(self, opened: Opened, mail: _Mail) -> Iterator[MailArrival]:
        title = f"{opened.subject[:150] or 'Thư không có tiêu đề'}.eml"
        message = self._message(opened, mail, 0)
        yield MailArrival(opened.unit, title, mail.size, message, mail.sha256, self._raw, opened.verdict, mail)

    def _files(self, opened: Opened, mail: _Mail) -> Iterator[MailArrival]:
        mail.waiting = len(opened.workbooks)
        for file in opened.workbooks:
            verdict = _verdict_on(file)
            sha256 = mail.sha256 if verdict else keep(self._raw, file.data)
            message = self._message(opened, mail, file.position)
            yield MailArrival(opened.unit, file.name, len(file.data), message, sha256, self._raw, verdict, mail)

    def _message(self, opened: Opened, mail: _Mail, position: int) -> str:
        """Return the arrival's own name; it says under which hash the mail lies that brought it."""
        place = f"{self.settings.imap_folder}/{self.server.validity}/{mail.uid}"
        return f"{opened.message_id[:200] or '-'} {place} {mail.sha256}#{position}"

    @property
    def _raw(self) -> Path:
        return self.settings.home / "raw"


@contextmanager
def open_mailbox(
    settings: Settings, declarations: Declarations, now: datetime, parse: Parse = parse_mail
) -> Iterator[Mailbox]:
    """Give the mailbox that `settings` name; `parse` may be `parse_mail` in another process.

    `MailboxError` when it cannot be used as it is set; `MailServerGoneError` when nobody answers, or no longer.
    """
    authserv_id = settings.authserv_id
    if not (settings.imap_user and settings.imap_password and authserv_id):
        raise MailboxError("Hộp thư nhận biểu: cần đủ CCHC_IMAP_USER, CCHC_IMAP_PASSWORD và CCHC_AUTHSERV_ID.")
    registry = Registry(declarations.contacts, authserv_id, settings.mail_from)
    with connected(settings) as server:
        yield Mailbox(settings, declarations, registry, now, parse, server, tuple(server.unseen()))


def _verdict_on(file: Attachment) -> Refusal | Litter | None:
    if is_litter(file.name):
        return Litter()
    if len(file.data) > limits.FILE:
        return Refusal(Code.TOO_BIG, f"{len(file.data)} bytes, at most {limits.FILE}")
    return None
