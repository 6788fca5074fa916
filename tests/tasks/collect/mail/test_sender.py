"""Facts about who sent a mail: nobody can pass for a unit, in whatever way a mail is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.contact import Contact
from config.load import Declarations
from tasks.collect.mail import ParsedMail, parse_mail
from tasks.collect.sender import Sender, address_in, clauses, sender_of, unit_of
from tests.examples import tried_on
from tests.factory import COMMUNE
from tests.tasks.collect.mail.factory import ADDRESS, AUTHSERV, FAILED, PASSED, raw_mail

DAY = date(2022, 6, 15)
EVIL = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=evil.example"


def sender(*lines: str | bytes, top: str = PASSED) -> Sender:
    """Return who sent the mail with these header lines under what our server wrote on top."""
    mail = parse_mail(raw_mail(*lines, "", "", top=top))
    assert isinstance(mail, ParsedMail), mail
    return sender_of(mail, AUTHSERV)


def proven(*lines: str | bytes, top: str = PASSED) -> str | None:
    """Return the address that is proven, or None."""
    found = sender(*lines, top=top)
    return None if found.doubt else found.address


def vouching(value: str) -> str:
    """Return our server's field with this value."""
    return f"Authentication-Results: {value}"


@pytest.mark.parametrize(
    "field",
    [
        ADDRESS,
        f"<{ADDRESS}>",
        f"Xã Kiến An <{ADDRESS}>",
        f'"Kiến An, xã: CCHC; a@b" <{ADDRESS}>',
        f"=?UTF-8?B?WMOjIEtp4bq/biBBbg==?= <{ADDRESS.upper()}>",
        f"UBND Xa. Kien An\r\n\t<{ADDRESS}>",
        f"{ADDRESS} (Xã Kiến An)",
        f"(một (lời) \\) bình) {ADDRESS}",
        f'"cchc.30631@example.vn" <{ADDRESS}>',
    ],
)
def test_a_unit_that_writes_from_its_own_address_is_proven(field: str) -> None:
    assert proven(f"From: {field}") == ADDRESS


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["From:"],
        ["From: ,"],
        [f"From: {ADDRESS}", "From: x@evil.example"],
        [f"From: {ADDRESS}", f"From: {ADDRESS}"],
        [f"From: {ADDRESS}, x@evil.example"],
        [f"From: x@evil.example, <{ADDRESS}>"],
        [f"From: Nhóm: {ADDRESS};"],
        [f"From: Nhóm: {ADDRESS}, x@evil.example;"],
        [f"From: {ADDRESS} <x@evil.example>"],
        [f"From: x@evil.example <{ADDRESS}>"],
        [f"From: <{ADDRESS}> <x@evil.example>"],
        [f"From: <@evil.example:{ADDRESS}>"],
        [f"From: {ADDRESS}(x", "Subject: ) y"],
        [f'From: "x <{ADDRESS}>'],
        [f"From: <{ADDRESS}\0>"],
        ["From: =?UTF-8?Q?cchc=2E30628=40example=2Evn?="],
        [f"From: =?UTF-8?Q?=3C{ADDRESS}=3E?= <x@evil.example>"],
        ['From: "cchc.30628"@example.vn'],
        ["From: cchc.30628@[192.0.2.1]"],
        ["From: cchc.30628"],
        ["From: cchc.30628@"],
        ["From: @example.vn"],
        [f"From: {'x' * 65}@example.vn"],
        ["From: cchc.30628@example.vn."],
        ["From: cchc.30628@example。vn"],
        ["From: cchc.30628@ｅxample.vn"],
        ["From: cchc.30628@exаmple.vn"],  # a Cyrillic а
        ["From: ﬁ.30628@example.vn"],
        [f"From: a\r{ADDRESS}"],
    ],
)
def test_a_from_field_that_could_mean_somebody_else_proves_nothing(lines: list[str]) -> None:
    assert proven(*lines) is None


@pytest.mark.parametrize(
    "value",
    [
        f"{AUTHSERV}; dmarc=pass header.from=example.vn",
        f"{AUTHSERV.upper()} 1; DMARC=Pass Header.From=EXAMPLE.VN",
        f"{AUTHSERV}; dmarc=pass (p=none dis=none) header.from=example.vn; spf=fail smtp.mailfrom=<>",
        f'{AUTHSERV}; dkim=pass header.b="a;b"; dmarc=pass reason="ok; fine" header.from="example.vn" p.q=r',
        f"{AUTHSERV} (our server); (x) dmarc/1 = pass action=none header.from=cchc.30628@example.vn",
        f'"{AUTHSERV}"; dkim=pass header.b=a/b+c==; dmarc=pass header.from=example.vn',
        f"{AUTHSERV};\r\n\tspf=none;\r\n\tdmarc=pass policy.published-domain-policy=none\r\n\t header.from=example.vn",
    ],
)
def test_our_servers_word_is_understood_in_every_way_of_writing_it(value: str) -> None:
    assert proven(f"From: {ADDRESS}", top=vouching(value)) == ADDRESS


@pytest.mark.parametrize(
    "value",
    [
        "",
        ";",
        f"{AUTHSERV}; none",
        f"{AUTHSERV}; spf=pass smtp.mailfrom=example.vn; dkim=pass header.d=example.vn",
        f"{AUTHSERV}; dmarc=fail header.from=example.vn",
        f"{AUTHSERV}; dmarc=passed header.from=example.vn",
        f"{AUTHSERV}; dmarc=pass",
        f"{AUTHSERV}; dmarc=pass header.from=evil.example",
        f"{AUTHSERV}; dmarc=pass header.from=sub.example.vn",
        f"{AUTHSERV}; dmarc=pass header.from=vn",
        f"{AUTHSERV}; dmarc=pass header.from=evil.example header.from=example.vn",
        f"{AUTHSERV}; dmarc=fail header.from=evil.example; dmarc=pass header.from=example.vn",
        f"{AUTHSERV}; dmarc=pass header.from=example.vn; dmarc=fail header.from=evil.example",
        f"{AUTHSERV}; dmarc=pass header.from=evil.example header.from",
        f'{AUTHSERV}; spf=fail smtp.helo="x; dmarc=pass header.from=example.vn"',
        f"{AUTHSERV}; spf=fail smtp.helo=x(; dmarc=pass header.from=example.vn)",
        f"{AUTHSERV}; spf=fail smtp.helo=x(; dmarc=pass header.from=example.vn",
        f'{AUTHSERV}; spf=fail smtp.helo="x; dmarc=pass header.from=example.vn',
        f'{AUTHSERV}; spf=fail smtp.helo="x\\"; dmarc=pass header.from=example.vn"',
        f"{AUTHSERV}; dmarc=fail (dmarc=pass) header.from=example.vn",
        f"{AUTHSERV}; x-dmarc=pass header.from=example.vn",
        f"{AUTHSERV}; dmarc=pass/fail header.from=example.vn",
        f"{AUTHSERV}.evil.example; dmarc=pass header.from=example.vn",
        f"evil.example; {AUTHSERV}; dmarc=pass header.from=example.vn",
        f"{AUTHSERV} 2; dmarc=pass header.from=example.vn",
        f"{AUTHSERV}) ; dmarc=pass header.from=example.vn",
        f"evil.example ({AUTHSERV}); dmarc=pass header.from=example.vn",
        f"{AUTHSERV}; dmarc=pass header.from=example.vn junk",
        "(" * 4000 + ")" * 4000 + f"{AUTHSERV}2; dmarc=pass header.from=example.vn",
    ],
)
def test_what_our_server_did_not_say_is_not_read_into_its_words(value: str) -> None:
    assert proven(f"From: {ADDRESS}", top=vouching(value)) is None


@pytest.mark.parametrize("top", [FAILED, EVIL, vouching(f"{AUTHSERV}; none"), vouching(f"{AUTHSERV}; dmarc=pass (")])
def test_a_forged_field_below_our_own_is_not_looked_at(top: str) -> None:
    assert proven(PASSED, f"From: {ADDRESS}", top=top) is None


def test_a_field_of_another_server_above_our_own_says_nothing() -> None:
    other = "Authentication-Results: relay.example; dmarc=pass header.from=example.vn"
    assert proven(other, f"From: {ADDRESS}", top=other) is None
    assert proven(PASSED, f"From: {ADDRESS}", top=other) == ADDRESS


def test_a_mail_that_our_server_did_not_judge_is_not_proven() -> None:
    found = sender(f"From: {ADDRESS}", top="Received: from somewhere")
    assert found == Sender(ADDRESS, f"no Authentication-Results of {AUTHSERV}")


@pytest.mark.parametrize("line", [f"X: y\r{PASSED}".encode(), b"X: \0", b"no colon here", f"From : {ADDRESS}".encode()])
def test_a_header_that_can_be_read_in_two_ways_proves_nothing(line: bytes) -> None:
    assert proven(f"From: {ADDRESS}", line) is None


@pytest.mark.parametrize("field", ["CCHC@ChợMới.vn", "cchc@xn--chmi-iz5ayb.vn", "Cho\u031b\u0323 <cchc@chợmới.vn>"])
@pytest.mark.parametrize("vouched", ["xn--chmi-iz5ayb.vn", "chợmới.vn"])
def test_a_domain_in_vietnamese_letters_is_the_same_in_both_of_its_forms(field: str, vouched: str) -> None:
    top = vouching(f"{AUTHSERV}; dmarc=pass header.from={vouched}")
    assert proven(f"From: {field}", top=top) == "cchc@xn--chmi-iz5ayb.vn"


FRAGMENTS = [
    PASSED, FAILED, EVIL, "Authentication-Results:", f"From: {ADDRESS}", "From: x@evil.example", "\r\n", "\r",
    "\n", "\0", " ", "\t", ";", "(", ")", '"', "\\", f"{AUTHSERV};", "dmarc=pass header.from=example.vn", "X:",
    "\r\n ", f"<{ADDRESS}>", "=?utf-8?Q?", "?=", "ARC-Authentication-Results: i=1;", "\r\n\r\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=25))
@example(["\r", PASSED, "\r\n", f"From: {ADDRESS}"])
@tried_on(400)
def test_whatever_a_stranger_writes_below_our_servers_word_he_is_never_taken_for_a_unit(written: list[str]) -> None:
    for top in (FAILED, EVIL):
        mail = parse_mail(f"{top}\r\n{''.join(written)}".encode())
        if isinstance(mail, ParsedMail):
            found = sender_of(mail, AUTHSERV)
            assert found.doubt or found.address is None or not found.address.endswith("@example.vn")


@given(st.text(max_size=200))
def test_no_field_makes_the_reader_of_fields_raise(value: str) -> None:
    clauses(value)
    found = address_in(value)
    assert found is None or (found.isascii() and found.count("@") == 1)


def test_an_address_belongs_to_a_unit_on_the_days_on_which_it_is_declared(declarations: Declarations) -> None:
    old = Contact(COMMUNE, "Cu@Example.vn", date(2021, 1, 1), date(2022, 6, 14))
    new = Contact(COMMUNE, "moi@example.vn", date(2022, 6, 15))
    assert unit_of("cu@example.vn", DAY, [old, new]) is None
    assert unit_of("moi@example.vn", DAY, [old, new]) == COMMUNE
    assert unit_of("cu@example.vn", date(2022, 6, 14), [old, new]) == COMMUNE
    assert unit_of(ADDRESS, DAY, declarations.contacts) == COMMUNE


def test_an_address_of_two_units_belongs_to_neither() -> None:
    contacts = [Contact(unit, "chung@example.vn", date(2021, 1, 1)) for unit in ("30628", "30631")]
    assert unit_of("chung@example.vn", DAY, contacts) is None


def test_every_declared_address_leads_to_its_own_unit_and_to_no_other(declarations: Declarations) -> None:
    on_the_day = [c for c in declarations.contacts if c.valid_from <= DAY and (c.valid_to is None or c.valid_to >= DAY)]
    found = {c.unit: unit_of(address_in(c.email) or "", DAY, declarations.contacts) for c in on_the_day}
    assert found == {unit: unit for unit in found}
