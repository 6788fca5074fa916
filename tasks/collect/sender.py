"""Who sent a mail: the address that it claims, and whether our own mail server has proven the claim.

Strict where programs repair: a field that could be read in two ways proves nothing. RFC 5322 (From), RFC 8601
(Authentication-Results), RFC 5891 (domain names in other letters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import idna

from config.contact import Contact
from config.validity import in_force
from tasks.collect.guard.refusal import quoted
from tasks.collect.mail import ParsedMail

LOCAL = 64  # letters before the @ (RFC 5321)

_QUOTED = r'"(?:[^"\\]|\\.)*"'
# A name before the brackets may hold no letter that could begin another address, a list or a group.
_MAILBOX = re.compile(rf"""(?:{_QUOTED}|[^"<>@,:])*<([^<>"\s]+)>|([^<>",:\s]+)""", re.DOTALL)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_OUTSIDE_COMMENTS = re.compile(rf'{_QUOTED}|[^"();]+|[();]', re.DOTALL)
_INSIDE_COMMENTS = re.compile(r"\\.|[^()\\]+|[()]", re.DOTALL)
_OTHER_DOTS = re.compile("[\u3002\uff0e\uff61]")
_AUTHSERV = re.compile(rf'\s*({_QUOTED}|[^\s"=]+)(?:\s+1)?\s*')
_METHOD = re.compile(r'\s*([^\s"=/]*)')
_DMARC_PASS = re.compile(r"\s*dmarc(?:\s*/\s*1)?\s*=\s*pass", re.IGNORECASE)
_PROPERTY = re.compile(rf'\s+([\w.-]+)\s*=\s*({_QUOTED}|[^\s"]*)(?=\s|$)')


@dataclass(frozen=True)
class Sender:
    """Who a mail says it is from, in normal form or None; `doubt` says why that is not proven, "" when it is."""

    address: str | None
    doubt: str


def sender_of(mail: ParsedMail, authserv_id: str) -> Sender:
    """Return who sent `mail`, proven only by `dmarc=pass` for the domain of its one From address.

    Believed is the topmost Authentication-Results field that carries `authserv_id`: our mail server puts its own above
    whatever a sender wrote, and has to remove those that a sender wrote in its name (RFC 8601, 5).
    """
    address = address_in(mail.from_fields[0]) if len(mail.from_fields) == 1 else None
    if address is None:
        return Sender(None, f"{len(mail.from_fields)} From: {quoted(' | '.join(mail.from_fields))}")
    if mail.two_ways:
        return Sender(address, mail.two_ways)
    return Sender(address, _doubt(mail.results, authserv_id, address.rpartition("@")[2]))


def unit_of(address: str, day: date, contacts: Iterable[Contact]) -> str | None:
    """Return the code of the unit whose address this is on `day`; None for nobody's, and for that of two units."""
    units = {c.unit for c in contacts if in_force(c, day) and address_in(c.email) == address}
    return units.pop() if len(units) == 1 else None


@lru_cache(maxsize=1024)  # the declared addresses are looked at again for every mail
def address_in(value: str) -> str | None:
    """Return the one address in a From field, in normal form; None for none, several, a group, or what is no address.

    >>> address_in('"Xã Kiến An, CCHC" <CCHC.30628@Example.vn>')
    'cchc.30628@example.vn'
    >>> address_in("cchc.30628@example.vn <la@example.com>") is None
    True
    """
    parts = clauses(value)
    found = _MAILBOX.fullmatch(parts[0].strip()) if parts and len(parts) == 1 else None
    if found is None:
        return None
    local, _, domain = (found[1] or found[2]).rpartition("@")
    known = _domain(domain)
    is_local = len(local) <= LOCAL and _LOCAL.fullmatch(local)
    return f"{local.lower()}@{known}" if known and is_local else None


def clauses(value: str) -> list[str] | None:
    r"""Return the parts of a header field between its semicolons, each comment become a space.

    None when a quotation or a comment never ends: nobody knows then what belongs to it.

    >>> clauses('mx (our; own); dmarc=pass header.from="a;b"')
    ['mx   ', ' dmarc=pass header.from="a;b"']
    >>> clauses("mx; spf=pass (never closed; dmarc=pass") is None
    True
    """
    found, depth, at = [""], 0, 0
    while at < len(value) and depth >= 0:
        token = (_INSIDE_COMMENTS if depth else _OUTSIDE_COMMENTS).match(value, at)
        if token is None:
            return None
        at = token.end()
        if token[0] in "()":
            depth += 1 if token[0] == "(" else -1
            found[-1] += " "
        elif token[0] == ";" and not depth:
            found.append("")
        elif not depth:
            found[-1] += token[0]
    return None if depth else found


def _doubt(results: Iterable[str], authserv_id: str, domain: str) -> str:
    for value in results:
        parts = clauses(value)
        found = _AUTHSERV.fullmatch(parts[0]) if parts else None
        if parts is None or found is None:
            return f"Authentication-Results that cannot be read: {quoted(value)}"
        if _bare(found[1]).lower() == authserv_id.lower():
            return _doubt_in(parts[1:], domain)
    return f"no Authentication-Results of {authserv_id}"


def _doubt_in(methods: Iterable[str], domain: str) -> str:
    results = [text.rstrip() for text in methods if _method(text) == "dmarc"]
    passed = _DMARC_PASS.match(results[0]) if len(results) == 1 else None
    if passed is None:
        return f"no dmarc=pass, or not one alone: {quoted(';'.join(results))}"
    proven = _domains_from(results[0][passed.end() :])
    return "" if proven == [domain] else f"dmarc=pass for {proven}, From is of {domain}"


def _domains_from(properties: str) -> list[str | None]:
    """Return the domain of each `header.from`; [None] when something among the properties cannot be read."""
    found, at = [], 0
    while at < len(properties):
        one = _PROPERTY.match(properties, at)
        if one is None:
            return [None]
        at = one.end()
        if one[1].lower() == "header.from":
            found.append(_domain(_bare(one[2]).rpartition("@")[2]))
    return found


def _method(text: str) -> str:
    found = _METHOD.match(text)
    return found[1].lower() if found else ""


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _domain(name: str) -> str | None:
    if _OTHER_DOTS.search(name):
        return None  # some programs take these for dots, others do not
    try:
        return idna.encode(name.lower()).decode()
    except idna.IDNAError:
        return None
