"""Letters that wait, and a real mail server on the loopback."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.settings import Settings
from tasks.store.database import writing
from tasks.store.outbox import Letter, add_letters
from tasks.store.values import Run
from tests.ports import PATIENCE, MailController


@dataclass
class Mailbox:
    """What a mail server was asked and took; the fields named `refuses…` and `hangs_up…` say how it misbehaves."""

    port: int = 0
    peers: set[object] = field(default_factory=set)
    taken: list[Envelope] = field(default_factory=list)
    refuses_recipient: str = ""
    refuses_content: bytes = b"\0"
    hangs_up_after: int = 1000
    hangs_up_at: tuple[bytes, ...] = ()
    hangs_up_when_taken: bool = False
    closes_after: int = 1000  # letters on one connection: at the next one's sender it says 421
    closes_at: tuple[bytes, ...] = ()  # 421 after this content
    closes_when_idle_after: int = 1000  # letters on one connection
    most_bytes: int = 10**9
    closed_at: list[str] = field(default_factory=list)  # where it said 421
    on_connection: Counter[object] = field(default_factory=Counter)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        self.peers.add(session.peer)
        if self.refuses_recipient and address.startswith(self.refuses_recipient):
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or say that this connection has had its share."""
        if self.on_connection[session.peer] >= self.closes_after:
            self.closed_at.append("MAIL")
            return "421 4.7.0 enough for one connection"
        if any(int(size) > self.most_bytes for name, _, size in (o.partition("=") for o in options) if name == "SIZE"):
            return "552 5.3.4 too big"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter, refuse it, or hang up in the middle of it."""
        content = envelope.original_content or b""
        if self.hangs_up_when_taken:
            self.taken.append(envelope)
        hangs_up_here = any(mark in content for mark in self.hangs_up_at)
        if self.hangs_up_when_taken or len(self.taken) >= self.hangs_up_after or hangs_up_here:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        if any(mark in content for mark in self.closes_at):
            self.closed_at.append("DATA")
            return "421 4.3.0 shutting down"
        if self.refuses_content in content:
            return "552 too big"
        self.on_connection[session.peer] += 1
        self.taken.append(envelope)
        if self.on_connection[session.peer] >= self.closes_when_idle_after:
            assert isinstance(server.transport, asyncio.Transport)
            server.loop.call_soon(server.transport.close)  # once this answer has gone out
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a mail server that runs until the test ends."""
    box = Mailbox(port=0)
    controller = MailController(box)
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def smtp_settings(settings: Settings, mailbox: Mailbox) -> Settings:
    """Return settings that send to the mailbox."""
    return settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_timeout": PATIENCE})


@pytest.fixture
def waiting(settings: Settings, run: Run) -> list[Letter]:
    """Return three letters that wait in the outbox; the first has a workbook attached."""
    workbook = settings.home / "returned" / "30628" / "30628-2022-H1-lan-1.xlsx"
    workbook.parent.mkdir(parents=True)
    workbook.write_bytes(bytes(range(256)) * 40)
    letters = [
        Letter(
            f"key-{unit}", unit, f"cchc.{unit}@example.vn", f"Trả lại biểu của xã {unit} để sửa", f"Kính gửi {unit}\n"
        )
        for unit in ("30628", "30631", "30634")
    ]
    letters[0] = replace(letters[0], attachment=str(workbook.relative_to(settings.home)))
    with writing(settings.database) as connection:
        for letter in letters:
            add_letters(connection, [letter], run)
    return letters
