"""Facts about what becomes of a mail: taken in, refused with a sentence of its own, or ignored without an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.contact import Contact
from config.load import Declarations
from config.refusal import load_refusals
from config.settings import PROJECT
from tasks.collect.channel import Litter
from tasks.collect.envelope import NOBODY, Opened, Registry, open_header, open_mail
from tasks.collect.guard import Code, Refusal
from tasks.collect.mail import header_of, parse_mail
from tests.factory import COMMUNE, NEIGHBOUR
from tests.tasks.collect.mail.factory import ADDRESS, AUTHSERV, FAILED, PASSED, make_mail, raw_mail, small_workbook

DAY = date(2022, 6, 15)
OWN = "tonghop-cchc@example.vn"
STRANGER = "la@evil.example"
VOUCHED = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=evil.example"
NOTE = [("công văn.pdf", b"%PDF-1.4")]


@pytest.fixture(scope="module")
def registry(declarations: Declarations) -> Registry:
    """Return the addresses of this repository."""
    return Registry(declarations.contacts, AUTHSERV, OWN)


def opened(data: bytes, registry: Registry) -> Opened:
    """Return what the mail is to us."""
    return open_mail(data, DAY, registry, parse_mail)


def verdict(data: bytes, registry: Registry) -> tuple[str, str | None]:
    """Return whether the mail is taken, refused or ignored, and with which code."""
    found = opened(data, registry)
    if found.verdict is None:
        return "taken", None
    return ("ignored" if isinstance(found.verdict, Litter) else "refused"), found.verdict.code


def test_a_mail_of_a_unit_with_workbooks_is_taken_in_as_that_units(registry: Registry) -> None:
    found = opened(make_mail([("a.xlsx", small_workbook("a")), *NOTE, ("b.xlsx", small_workbook("b"))]), registry)
    assert (found.unit, found.verdict) == (COMMUNE, None)
    assert [f.name for f in found.workbooks] == ["a.xlsx", "b.xlsx"]


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        (make_mail([]), ("refused", "no_workbook")),
        (make_mail(NOTE), ("refused", "no_workbook")),
        (make_mail([("bieu.zip", b"PK\x03\x04")]), ("refused", "no_workbook")),
        (make_mail([("~$bieu.xlsx", b"\x05A")]), ("refused", "no_workbook")),
        (make_mail([("winmail.dat", b"\x78\x9f\x3e\x22")]), ("refused", "packed_mail")),
        (make_mail([("winmail.dat", b"x"), ("a.xlsx", small_workbook())]), ("taken", None)),
        (make_mail(top=FAILED), ("refused", "sender_unverified")),
        (make_mail([], top=FAILED), ("refused", "sender_unverified")),
        (make_mail(top=""), ("refused", "sender_unverified")),
        (make_mail(sender=STRANGER), ("refused", "sender_unverified")),
        (make_mail(sender=STRANGER, top=VOUCHED), ("refused", "sender_unknown")),
        (make_mail([], sender=STRANGER, top=VOUCHED), ("ignored", "unsolicited_mail")),
        (make_mail(NOTE, sender=STRANGER, top=""), ("ignored", "unsolicited_mail")),
        (raw_mail("Subject: x", "", "", top=""), ("ignored", "unsolicited_mail")),
        (b"", ("ignored", "unsolicited_mail")),
        (make_mail(extra=[("Auto-Submitted", "auto-replied")]), ("ignored", "automatic_mail")),
        (make_mail(top=FAILED, extra=[("Auto-Submitted", "auto-replied")]), ("ignored", "automatic_mail")),
        (make_mail(top=f"{PASSED}\r\nReturn-Path: <>"), ("ignored", "automatic_mail")),
        (make_mail(sender=OWN), ("ignored", "automatic_mail")),
        (make_mail(sender=f"Tổng hợp <{OWN.upper()}>", top=""), ("ignored", "automatic_mail")),
    ],
)
def test_each_kind_of_mail_has_its_one_verdict(
    mail: bytes, expected: tuple[str, str | None], registry: Registry
) -> None:
    assert verdict(mail, registry) == expected


@pytest.mark.parametrize("top", [FAILED, "", VOUCHED])
def test_a_mail_that_is_not_proven_is_nobodys(top: str, registry: Registry, declarations: Declarations) -> None:
    for sender in (ADDRESS, f"{COMMUNE} <{ADDRESS}>", COMMUNE, STRANGER, f'"{COMMUNE}" <{STRANGER}>', "x"):
        found = opened(make_mail(sender="a@b.vn", top=top).replace(b"a@b.vn", sender.encode()), registry)
        assert found.unit not in declarations.units.codes()
        assert found.workbooks == ()


def test_a_mail_without_a_readable_sender_says_so(registry: Registry) -> None:
    found = opened(make_mail(sender=f"{ADDRESS}, {STRANGER}"), registry)
    assert found.unit == NOBODY
    assert isinstance(found.verdict, Refusal)


def test_over_all_pairs_of_units_a_mail_counts_for_the_one_whose_address_it_bears(registry: Registry) -> None:
    for contact in registry.contacts:
        for other in registry.contacts:
            data = make_mail(
                sender=f'"{other.email}" <{contact.email}>', subject=other.unit, extra=[("Sender", other.email)]
            )
            assert opened(data, registry).unit == contact.unit


def test_an_address_counts_from_the_day_on_which_it_is_declared(registry: Registry) -> None:
    moved = [Contact(COMMUNE, "cu@example.vn", date(2021, 1, 1), DAY), Contact(NEIGHBOUR, ADDRESS, date(2022, 6, 16))]
    before = replace(registry, contacts=tuple(moved))
    assert verdict(make_mail(sender="cu@example.vn"), before) == ("taken", None)
    assert verdict(make_mail(), before) == ("refused", "sender_unknown")
    assert open_mail(make_mail(), date(2022, 6, 16), before, parse_mail).unit == NEIGHBOUR


def test_a_broken_mail_of_a_unit_is_answered_to_that_unit(registry: Registry) -> None:
    data = make_mail() + b"\n" * 1_200_001
    assert (opened(data, registry).unit, verdict(data, registry)) == (COMMUNE, ("refused", "bad_mail"))


@pytest.mark.parametrize("subject", ["x" * 9_000, "Biểu " * 4_000])
def test_a_subject_of_whatever_length_hides_nobody(subject: str, registry: Registry) -> None:
    found = opened(make_mail(subject=subject, message_id=f"<{'1' * 9_000}@example.vn>"), registry)
    assert (found.unit, found.verdict, [f.name for f in found.workbooks]) == (COMMUNE, None, ["bieu.xlsx"])
    assert found.subject[:1] == subject[:1]


def test_a_broken_mail_of_a_stranger_is_spam_and_one_without_a_header_is_the_operators() -> None:
    registry = Registry((), AUTHSERV, None)
    assert verdict(make_mail(sender=STRANGER) + b"\n" * 1_200_001, registry) == ("ignored", "unsolicited_mail")
    assert verdict(b"X: y\r\n" * 3000, registry) == ("refused", "bad_mail")


def test_of_a_mail_that_is_too_big_the_header_says_whose_it_is(registry: Registry) -> None:
    refusal = Refusal(Code.MAIL_TOO_BIG, "50000000 bytes")
    for top, expected in ((PASSED, (COMMUNE, refusal)), (FAILED, (ADDRESS, "sender_unverified"))):
        found = open_header(header_of(make_mail(top=top)), refusal, DAY, registry, parse_mail)
        code = found.verdict if found.verdict is refusal else found.verdict and found.verdict.code
        assert (found.unit, code) == expected


def test_every_code_of_a_mail_has_its_sentences() -> None:
    texts = load_refusals(PROJECT / "config")
    codes = [c for c in Code if "mail" in c or "sender" in c or c is Code.NO_WORKBOOK]
    assert len(codes) == 8
    assert set(codes) <= set(texts)
