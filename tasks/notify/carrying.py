"""Carrying a mail: over one connection to the mail server, or into a file that a mail program opens."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from config.settings import Settings
from tasks.notify.trouble import ClosingError
from tasks.store.files import write_whole

Refusals = Mapping[str, tuple[int, bytes]]  # what the server answered, by address that it did not take
Carrier = Callable[[EmailMessage], Refusals]
CLOSING, TOO_BIG = 421, 552  # RFC 5321, 4.2: the service is closing the connection; the mail is over its limit


@contextmanager
def carrier(settings: Settings) -> Iterator[Carrier]:
    """Give what carries a mail while the block lasts; `OSError` when the mail server cannot be used at all.

    The carrier returns to whom of several a mail did not go. Of one that went to nobody it raises what `smtplib` does,
    but that a server which closes is always disconnected, and a mail that is too big is refused for its content,
    whichever command the server answers so.
    """
    if not settings.smtp_host:
        yield lambda message: _to_file(settings.home / "outbox", message)
        return
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.smtp_timeout) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user and settings.smtp_password:  # both or neither, and no password in the clear: `Settings`
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.ehlo_or_helo_if_needed()  # a server that answers nothing does so before any letter could be blamed
        yield lambda message: _over(server, message)


def _over(server: smtplib.SMTP, message: EmailMessage) -> Refusals:
    try:
        return server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        for code, said in refusal.recipients.values():
            if code == CLOSING:
                raise ClosingError(code, said) from refusal
        raise
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        if refusal.smtp_code == CLOSING:
            raise ClosingError(refusal.smtp_code, refusal.smtp_error) from refusal
        if refusal.smtp_code == TOO_BIG:  # told the size with the sender, it need not wait for the content
            raise smtplib.SMTPDataError(refusal.smtp_code, refusal.smtp_error) from refusal
        raise


def _to_file(outbox: Path, message: EmailMessage) -> Refusals:
    recipient = re.sub(r"[^\w.+-]", "_", message["To"].partition("@")[0])
    name = f"{recipient}-{message['Message-ID'].strip('<>').partition('@')[0][:8]}.eml"
    write_whole(outbox / name, bytes(message))
    return {}
