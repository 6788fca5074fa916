"""What keeps letters from going out, in one Vietnamese sentence that says what to do about it."""

from __future__ import annotations

import smtplib
import socket
import ssl

from config.safe_text import safe_text
from config.settings import Settings

MOST = 200  # characters of what a server says


class ClosingError(smtplib.SMTPServerDisconnected):
    """The mail server said that it closes the connection, whatever it was asked; `str()` is what it said."""

    def __init__(self, code: int, text: bytes | str) -> None:
        super().__init__(in_its_words(code, text))


def mail_trouble(fault: OSError, settings: Settings) -> str:
    """Return why the mail server cannot be used; nothing of what it was told (name, password) is repeated."""
    server = f"máy chủ thư {settings.smtp_host}:{settings.smtp_port}"
    if isinstance(fault, socket.gaierror):
        return f"không tìm thấy {server}: xem lại CCHC_SMTP_HOST và mạng"
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return f"{server} không nhận tên hoặc mật khẩu: xem lại CCHC_SMTP_USER và CCHC_SMTP_PASSWORD"
    if isinstance(fault, smtplib.SMTPSenderRefused):
        why = in_its_words(fault.smtp_code, fault.smtp_error)
        return f"{server} không cho gửi từ {settings.mail_from} ({why}): xem lại CCHC_MAIL_FROM"
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return f"{server} không có cách kết nối đã đặt: xem lại CCHC_SMTP_STARTTLS, CCHC_SMTP_USER"
    if isinstance(fault, ssl.SSLError):
        return f"chứng thư của {server} không dùng được: xem lại CCHC_SMTP_HOST, CCHC_SMTP_STARTTLS"
    if isinstance(fault, ConnectionRefusedError):
        return f"{server} không mở cổng này: xem lại CCHC_SMTP_PORT, hoặc khởi động máy chủ thư"
    if isinstance(fault, ClosingError):
        return f"{server} ngắt kết nối ({fault}): lần chạy sau gửi tiếp"
    if isinstance(fault, TimeoutError | smtplib.SMTPServerDisconnected | ConnectionError):
        return f"{server} không trả lời hoặc ngắt giữa chừng: lần chạy sau gửi tiếp"
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{server} từ chối ({in_its_words(fault.smtp_code, fault.smtp_error)}): hỏi người quản trị thư"
    if isinstance(fault, smtplib.SMTPException):
        return f"{server} trả lời không đúng ({type(fault).__name__}): xem lại CCHC_SMTP_HOST, CCHC_SMTP_PORT"
    return f"{server}: {fault.strerror or type(fault).__name__}"


def in_its_words(code: int, text: bytes | str) -> str:
    """Return what a mail server answered, as text that can do nothing where it is shown.

    >>> in_its_words(550, b"5.1.1 no such box\\x1b[2J")
    '550 5.1.1 no such box[2J'
    """
    words = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return safe_text(f"{code} {words}")[:MOST]
