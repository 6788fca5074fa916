"""Reminders of a whole district: how long they take to compute and write, and to send to a mail server on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.load import Declarations
from config.settings import Settings
from tasks.notify.answers import Desk
from tasks.notify.reminders import write_reminders
from tasks.notify.samples import refuse_bad_letters
from tasks.notify.send import send_all
from tasks.store.database import writing
from tasks.store.values import Run
from tests.bench.district import PERIOD, District
from tests.ports import MailController


class Taker:
    """A mail server that takes everything and keeps nothing."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Take a letter."""
        return "250 OK"


@dataclass
class Post:
    """A district of which no unit has reported by the deadline, with its own workplace."""

    settings: Settings
    declarations: Declarations
    controller: MailController
    written: int = 0

    @classmethod
    def of(cls, district: District, home: Path) -> Post:
        """Return the post of `district` under `home`, its templates read and a mail server ready."""
        controller = MailController(Taker())
        controller.start()
        change = {"home": home, "smtp_host": "127.0.0.1", "smtp_port": controller.port}
        settings = district.settings.model_copy(update=change)
        refuse_bad_letters(settings, district.declarations)
        with writing(settings.database):
            pass
        return cls(settings, district.declarations, controller)

    @property
    def run(self) -> Run:
        """The morning after the communes' deadline."""
        return Run("bench", datetime(2022, 6, 17, 8, tzinfo=self.declarations.calendar.zone))

    def remind(self) -> None:
        """Work out who still owes and write a letter to each."""
        with writing(self.settings.database) as connection:
            self.written = write_reminders(connection, Desk(self.settings, self.declarations, PERIOD, self.run))

    def send(self) -> None:
        """Send what was written, every letter noted as sent before the next goes out."""
        if send_all(self.settings, self.run) != self.written:
            raise RuntimeError("not every letter went out")

    def close(self) -> None:
        """Stop the mail server."""
        self.controller.stop()
