"""Sending: over SMTP where one is configured, otherwise each letter becomes a file that a mail program opens.

Short notices go by their own channels before the mails do: no server that is down keeps another way shut.
"""

from __future__ import annotations

import fcntl
import hashlib
import smtplib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path

from config.settings import Settings
from tasks.events import finished
from tasks.notify.carrying import Carrier, Refusals, carrier
from tasks.notify.channels import environment, send_notice
from tasks.notify.trouble import ClosingError, in_its_words
from tasks.store.database import reading, writing
from tasks.store.outbox import Channel, Letter, note_refused, note_sent, unsent
from tasks.store.values import Run

# What is wrong with one letter and says nothing of the next: its address, its content, its workbook.
OF_ONE_LETTER = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
    FileNotFoundError,
    ValueError,
)
HUNG_UP = "máy chủ thư ngắt kết nối giữa thư này{said}; thư này chờ, các thư khác đi trước"
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LetterPolicy(EmailPolicy):
    """Mail as usual, but for subjects: Python's own folding loses the space between two encoded words."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as it goes over the wire."""
        if name.lower() != "subject":
            return super().fold_binary(name, value)
        words = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}".encode("ascii")


LETTER = LetterPolicy(linesep="\r\n")


def send_all(settings: Settings, run: Run) -> int:
    """Send the letters that wait and return how many mails went out; one that is refused never stops the others.

    One at which the server hangs up is left behind, and at the next run goes after all that were refused less often.
    `smtplib.SMTPException` or `OSError` when the mail server cannot be used, of which hanging up at two letters in a
    row is a sign: what did not go out waits for the next run. A channel of notices that cannot be used raises nothing:
    its notices wait, and the audit says why.
    """
    with _alone(settings.home / "sending.lock"):
        with reading(settings.database) as connection:
            waiting = unsent(connection)
        _send_notices([x for x in waiting if x.channel is Channel.NOTICE], settings, run)
        mails = [x for x in waiting if x.channel is Channel.MAIL]
        if not mails:
            return 0
        return _send_mails(mails, settings, run)


def _send_mails(mails: Sequence[Letter], settings: Settings, run: Run) -> int:
    """Send `mails` and return how many went out; one at which the server hangs up is left behind.

    That is its fault only when it is the first on its connection: one that has carried others may have been idle, or
    had its share, so the letter is tried again on a new one. `smtplib.SMTPServerDisconnected` at the second such letter
    in a row: then it is the server.
    """
    sent, left, hung_up = 0, deque(mails), False
    while left:
        carried = 0
        with carrier(settings) as carry:
            try:
                while left:
                    sent += _send(carry, left[0], settings, run)
                    left.popleft()
                    carried, hung_up = carried + 1, False
            except smtplib.SMTPServerDisconnected as end:
                if carried:
                    continue
                with writing(settings.database) as connection:
                    note_refused(connection, left.popleft(), _how_it_ended(end), run)
                if hung_up:
                    raise
                hung_up = True
    return sent


def _how_it_ended(end: smtplib.SMTPServerDisconnected) -> str:
    return HUNG_UP.format(said=f" ({end})" if isinstance(end, ClosingError) else "")


def _send_notices(notices: Sequence[Letter], settings: Settings, run: Run) -> None:
    known, silent = environment(), dict[str, str]()
    for letter in notices:
        # A channel that did not take one notice is not waited for again in this run.
        trouble = silent.get(letter.recipient) or send_notice(letter, known)
        with writing(settings.database) as connection:
            if trouble:
                silent[letter.recipient] = trouble
                note_refused(connection, letter, trouble, run)
            else:
                note_sent(connection, letter, run)


@contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    # Two runs that read the same letters would send each twice; the lock frees itself when its process dies.
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _send(carry: Carrier, letter: Letter, settings: Settings, run: Run) -> bool:
    try:
        refused = carry(message_of(letter, settings, run))
    except OF_ONE_LETTER as refusal:
        with writing(settings.database) as connection:
            note_refused(connection, letter, _reason(refusal), run)
        return False
    with writing(settings.database) as connection:
        if refused:  # some of several
            note_refused(connection, letter, _of_addresses(refused), run)
            finished("Gửi thư", f"thư cho {letter.unit} đi thiếu người nhận, {_of_addresses(refused)}")
        note_sent(connection, letter, run)
    return True


def _reason(refusal: Exception) -> str:
    """Return in Vietnamese why one letter did not go out; what a server said is kept in its own words."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return _of_addresses(refusal.recipients)
    if isinstance(refusal, FileNotFoundError):
        return f"không còn tệp đính kèm {Path(refusal.filename).name}: chạy lại «cchc collect»"
    if isinstance(refusal, smtplib.SMTPDataError):
        return f"máy chủ thư không nhận nội dung ({in_its_words(refusal.smtp_code, refusal.smtp_error)})"
    return f"địa chỉ hoặc nội dung không gửi được: {refusal}"


def _of_addresses(refused: Refusals) -> str:
    said = "; ".join(f"{address}: {in_its_words(code, text)}" for address, (code, text) in refused.items())
    return f"máy chủ thư không nhận địa chỉ ({said}): xem lại contacts.yaml"


def message_of(letter: Letter, settings: Settings, run: Run) -> EmailMessage:
    """Return `letter` as a mail whose Message-ID follows from its key: sent twice it is still one letter."""
    message = EmailMessage(policy=LETTER)
    message["From"] = settings.mail_from
    message["To"] = letter.recipient
    if letter.copies:
        message["Cc"] = ", ".join(letter.copies)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(run.now)
    message["Message-ID"] = f"<{_name(letter)}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # no out-of-office note in return
    message.set_content(letter.body)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    if letter.attachment:
        path = settings.home / letter.attachment
        message.add_attachment(path.read_bytes(), maintype="application", subtype=XLSX, filename=path.name)
    return message


def _name(letter: Letter) -> str:
    return hashlib.sha256(letter.key.encode()).hexdigest()[:24]


def _one_line(text: str) -> str:
    return " ".join(text.split())
