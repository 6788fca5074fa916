"""The mail server: connecting, asking and marking over IMAP.

Nothing here ever expunges, as the library's own `flag` and `move` would: a mail that a person has marked as deleted
stays for that person to decide about.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from config.settings import Settings
from tasks.collect.guard.refusal import quoted
from tasks.events import warned

MOST_SAID = 200  # characters of what a server answers
_SIZE, _DATE = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb'INTERNALDATE "([^"]+)"')


class MailboxError(Exception):
    """The mailbox cannot be used as it is set; `str()` is one Vietnamese line."""


class MailServerGoneError(ConnectionError):
    """The mail server is out of reach or went away; a later look may find it again."""


@dataclass(frozen=True)
class Envelope:
    """What the server knows of a mail before it is fetched: its bytes, and when it came in."""

    size: int
    at: datetime | None


@dataclass(frozen=True)
class Server:
    """An open folder of the mail server; `validity` (UIDVALIDITY) belongs to every UID in it."""

    box: BaseMailBox
    validity: str
    done_folder: str | None

    def unseen(self) -> list[str]:
        """Return the UIDs of the unseen mails, oldest first."""
        with _reaching():
            return sorted(self.box.uids("UNSEEN", charset=None), key=int)

    def envelope(self, uid: str) -> Envelope | None:
        """Return size and time of a mail, or None when it is no longer there."""
        answer = b" ".join(part for part in self._fetch(uid, "(RFC822.SIZE INTERNALDATE)") if isinstance(part, bytes))
        size = _SIZE.search(answer)
        return Envelope(int(size[1]), _moment(answer)) if size else None

    def content(self, uid: str) -> bytes | None:
        """Return the bytes of a mail without marking it, or None when it is no longer there."""
        return self._literal(uid, "(BODY.PEEK[])")

    def header(self, uid: str, most: int) -> bytes | None:
        """Return up to `most` bytes of a mail's header without marking it, or None when it is no longer there."""
        return self._literal(uid, f"(BODY.PEEK[HEADER]<0.{most}>)")

    def mark(self, uid: str) -> None:
        """Mark a mail as seen, and move it where mails go that are done with."""
        self._command("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
        if self.done_folder:
            self._command("MOVE", uid, encode_folder(self.done_folder))

    def _literal(self, uid: str, what: str) -> bytes | None:
        return next((part[1] for part in self._fetch(uid, what) if isinstance(part, tuple)), None)

    def _fetch(self, uid: str, what: str) -> list[bytes | tuple[bytes, bytes]]:
        """Return what the server says of one mail; it may speak of others at the same time, unasked."""
        answer = self._command("FETCH", uid, what)
        mine = b"UID %s" % uid.encode()
        return [part for part in answer if isinstance(part, tuple) or (part and mine in part)]

    def _command(self, name: str, uid: str, *arguments: str | bytes) -> list[bytes | tuple[bytes, bytes]]:
        try:
            with _reaching():
                status, answer = self.box.client.uid(name, uid, *arguments)  # type: ignore[arg-type]
        except imaplib.IMAP4.error as fault:
            status, answer = "BAD", [str(fault).encode()]
        if status != "OK":  # left as it is for the next look; the other mails go on
            warned(f"mail {uid}: {name}: {quoted(status)} {quoted(answer, MOST_SAID)}")
            return []
        return list(answer)


@contextmanager
def connected(settings: Settings) -> Iterator[Server]:
    """Give the folder that `settings` name; `MailboxError` when it cannot be opened, or `MailServerGoneError`."""
    box = _box(settings)
    try:
        with _reaching():
            server = _entered(box, settings)
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()
        with suppress(OSError):
            box.client.shutdown()  # after a logout that failed the connection would stay open


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.abort, OSError) as gone:
        raise MailServerGoneError(f"máy chủ thư không trả lời: {gone}") from gone


def _box(settings: Settings) -> BaseMailBox:
    host, port, timeout = settings.imap_host or "", settings.imap_port, settings.imap_timeout
    try:
        with _reaching():
            if not settings.imap_ssl:
                return MailBoxUnencrypted(host, port, timeout)
            # Without a context of ours the library would take any certificate.
            return MailBox(host, port, timeout, ssl_context=ssl.create_default_context())
    except MailServerGoneError as gone:
        if isinstance(gone.__cause__, ssl.SSLCertVerificationError):
            fault = gone.__cause__.verify_message
            raise MailboxError(f"Hộp thư: chứng chỉ của máy chủ {host} không được xác nhận ({fault}).") from gone
        raise


def _entered(box: BaseMailBox, settings: Settings) -> Server:
    user, secret = settings.imap_user or "", settings.imap_password
    password = secret.get_secret_value() if secret else ""
    try:
        login = box.login if (user + password).isascii() else box.login_utf8
        login(user, password, initial_folder=settings.imap_folder)
        [*_, validity] = box.client.response("UIDVALIDITY")[1] or [None]
        return Server(box, str(validity or b"?", "ascii", "replace"), _done_folder(box, settings.imap_done_folder))
    except imaplib.IMAP4.abort:
        raise
    except (ImapToolsError, imaplib.IMAP4.error) as refusal:
        where = f"{user} trên {settings.imap_host}, thư mục {settings.imap_folder}"
        raise MailboxError(f"Không mở được hộp thư {where}: {refusal}") from refusal


def _done_folder(box: BaseMailBox, name: str | None) -> str | None:
    """Return the folder `name`, made if need be; None without MOVE: moving in any other way would expunge."""
    _, answer = box.client.capability()
    if not name or b"MOVE" not in b" ".join(answer).upper().split():
        return None
    if not box.folder.exists(name):
        try:
            box.folder.create(name)
        except ImapToolsError:
            if not box.folder.exists(name):  # nor has another run made it in the meantime
                raise
    return name


def _moment(answer: bytes) -> datetime | None:
    written = _DATE.search(answer)
    try:
        moment = parsedate_to_datetime(written[1].decode("ascii", "replace")) if written else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment
