"""What every channel hands over, so that taking in need not know by which way a file came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tasks.collect.guard import Refusal


@dataclass(frozen=True)
class Litter:
    """What nobody sent us as a submission: it is written down as ignored, and never answered."""

    code: str | None = None
    detail: str | None = None


Content = bytes | Refusal | Litter


class Incoming(Protocol):
    """One arrival as a channel hands it over: `folder.Dropped`, `mailbox.MailArrival`."""

    @property
    def channel(self) -> str:
        """The way by which it came."""

    @property
    def unit(self) -> str:
        """Whose it is by the channel's word: a code, or what no unit can be called."""

    @property
    def name(self) -> str:
        """The name of the file, as text."""

    @property
    def size(self) -> int:
        """Its bytes, as far as the channel knows."""

    @property
    def message(self) -> str:
        """The arrival's own name in its channel: the same one is never written down twice."""

    @property
    def sha256(self) -> str:
        """The hash by which it is known when it holds no bytes to read: of the mail, of a file too large to keep."""

    @property
    def is_kept(self) -> bool:
        """Whether bytes with that hash lie in the raw store already."""

    def received_at(self, look_before: datetime | None, now: datetime) -> datetime:
        """Return when it came, never later than `now`."""

    def content(self) -> Content | None:
        """Return its bytes, why they are not taken, or None for what the next look should see again."""

    def is_unfinished(self, content: bytes, now: datetime) -> bool:
        """Return whether `content` looks cut off and came so lately that the rest may still be on its way."""

    def done(self, kept_as: str | None) -> None:
        """Take it out of the channel. To be called after the commit of its receipt, and only then.

        `kept_as` is the hash under which its bytes lie in the raw store: what is not kept is not removed.
        """
