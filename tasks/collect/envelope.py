"""What becomes of one mail: whose it is, and which of its files are taken in; or why it is refused or ignored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from config.contact import Contact
from tasks.collect.channel import Litter
from tasks.collect.guard import Code, Refusal, is_litter
from tasks.collect.guard.refusal import quoted
from tasks.collect.mail import Attachment, ParsedMail, header_of
from tasks.collect.sender import address_in, sender_of, unit_of

Parse = Callable[[bytes], ParsedMail | Refusal]
NOBODY = "(không rõ người gửi)"  # no code of a unit has a bracket or an @ in it


@dataclass(frozen=True)
class Registry:
    """Who may send: the declared addresses, the name under which our mail server vouches, and our own address."""

    contacts: tuple[Contact, ...]
    authserv_id: str
    own_address: str | None


@dataclass(frozen=True)
class Opened:
    """A mail after sorting: its workbooks, each an arrival of `unit`; or the one verdict on the mail as a whole.

    `unit` is a code only when the sender is proven; otherwise the claimed address, for the operator to read.
    """

    unit: str
    subject: str
    message_id: str
    workbooks: tuple[Attachment, ...] = ()
    verdict: Refusal | Litter | None = None


def open_mail(data: bytes, day: date, registry: Registry, parse: Parse) -> Opened:
    """Return what the mail `data`, received on `day`, is to us."""
    mail = parse(data)
    if isinstance(mail, Refusal):
        return open_header(header_of(data), mail, day, registry, parse)
    return _sort(mail, day, registry)


def open_header(header: bytes, refusal: Refusal, day: date, registry: Registry, parse: Parse) -> Opened:
    """Return whose the mail with this `header` is, when the mail itself is refused by `refusal`."""
    mail = parse(header)
    if isinstance(mail, Refusal):
        return Opened(NOBODY, "", "", verdict=refusal)
    opened = _sort(mail, day, registry)
    is_known = isinstance(opened.verdict, Refusal) and opened.verdict.code in (Code.NO_WORKBOOK, Code.PACKED_MAIL)
    return Opened(opened.unit, opened.subject, opened.message_id, (), refusal) if is_known else opened


def _sort(mail: ParsedMail, day: date, registry: Registry) -> Opened:
    sender = sender_of(mail, registry.authserv_id)
    unit = unit_of(sender.address, day, registry.contacts) if sender.address else None
    proven = unit if unit and not sender.doubt else None
    verdict = _automatic(mail, sender.address, registry) or (
        _of_a_unit(mail) if proven else _of_a_stranger(mail, sender.doubt, unit)
    )
    files = mail.workbooks if verdict is None else ()
    return Opened(proven or sender.address or NOBODY, mail.subject, mail.message_id, files, verdict)


def _automatic(mail: ParsedMail, address: str | None, registry: Registry) -> Litter | None:
    """Return the verdict on what no person wrote: answering it could begin an exchange of answers without end."""
    own = address is not None and address == address_in(registry.own_address or "")
    reason = mail.automatic or ("our own address" if own else "")
    return Litter(Code.AUTOMATIC_MAIL, reason) if reason else None


def _of_a_unit(mail: ParsedMail) -> Refusal | None:
    if any(not is_litter(file.name) for file in mail.workbooks):
        return None
    if mail.is_packed:
        return Refusal(Code.PACKED_MAIL, "winmail.dat")
    return Refusal(Code.NO_WORKBOOK, f"files: {_listed((*(file.name for file in mail.workbooks), *mail.others))}")


def _of_a_stranger(mail: ParsedMail, doubt: str, claimed: str | None) -> Refusal | Litter:
    """Return the verdict on a sender who is nobody's, or not proven; without a form and a known name it is spam."""
    if claimed is None and not mail.workbooks:
        return Litter(Code.UNSOLICITED_MAIL, doubt or "no unit has this address")
    detail = f"{doubt or 'no unit has this address'}; workbooks: {_listed(f.name for f in mail.workbooks)}"
    return Refusal(Code.SENDER_UNVERIFIED if doubt else Code.SENDER_UNKNOWN, detail)


def _listed(names: Iterable[str]) -> str:
    return quoted(", ".join(names), 300)
