"""Mails as units, strangers and programs send them, with what our own mail server writes on top."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from io import BytesIO

AUTHSERV = "mail.cho-moi.example"
ADDRESS = "cchc.30628@example.vn"
PASSED = f"Authentication-Results: {AUTHSERV}; spf=pass smtp.mailfrom=example.vn;\r\n dmarc=pass header.from=example.vn"
FAILED = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=example.vn"
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def small_workbook(mark: str = "") -> bytes:
    """Return what is a workbook by its looks, told from others by its `mark`."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", f"<workbook>{mark}</workbook>")
    return buffer.getvalue()


def make_mail(
    files: Sequence[tuple[str, bytes]] = (("bieu.xlsx", small_workbook()),),
    *,
    top: str = PASSED,
    sender: str = f"Xã Kiến An <{ADDRESS}>",
    subject: str = "Biểu CCHC",
    message_id: str = "<1@example.vn>",
    extra: Sequence[tuple[str, str]] = (),
    text: str = "Kính gửi huyện.",
) -> bytes:
    """Return a mail as it lies in our mailbox: the header lines `top` stand above all that its sender wrote."""
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message["Date"] = "Mon, 01 Jan 2018 00:00:00 +0700"
    for name, value in extra:
        message[name] = value
    message.set_content(text)
    for name, data in files:
        kind = XLSX if name.endswith(".xlsx") else "octet-stream"
        message.add_attachment(data, maintype="application", subtype=kind, filename=name)
    head = f"{top}\r\n" if top else ""
    return head.encode() + message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def raw_mail(*lines: str | bytes, top: str = PASSED) -> bytes:
    """Return the mail that has these lines, written as they are under `top`."""
    return b"\r\n".join(line.encode() if isinstance(line, str) else line for line in (top, *lines))


def in_base64(data: bytes) -> bytes:
    """Return `data` as a mail carries it."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def part_of(*header: str | bytes, data: bytes, sender: str = ADDRESS) -> bytes:
    """Return a mail of one part with these header lines about it, its `data` in base64."""
    return raw_mail(f"From: {sender}", *header, "Content-Transfer-Encoding: base64", "", in_base64(data))
