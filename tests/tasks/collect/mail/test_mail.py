"""Facts about taking a mail apart: what is in it comes out, whatever it looks like, and nothing it holds does harm."""

from __future__ import annotations

import base64
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.collect.guard import Refusal
from tasks.collect.mail import WORKBOOKS, ParsedMail, parse_mail
from tasks.collect.mail_parts import DEPTH, HEADERS, HEADERS_SIZE, LINE_ENDS, MAIL, PARTS
from tests.examples import tried_on
from tests.tasks.collect.conftest import within
from tests.tasks.collect.mail.factory import ADDRESS, in_base64, make_mail, part_of, raw_mail, small_workbook

BOOK = small_workbook()
LONG = "Biểu tổng hợp số liệu cải cách hành chính sáu tháng đầu năm 2022 của Ủy ban nhân dân xã Kiến An.xlsx"
MIXED = 'Content-Type: multipart/mixed; boundary="b"'


def parsed(data: bytes) -> ParsedMail:
    """Return the mail taken apart; a refusal fails the test."""
    mail = parse_mail(data)
    assert isinstance(mail, ParsedMail), mail
    return mail


def names(data: bytes) -> list[str]:
    """Return the names of the workbooks in the mail."""
    return [file.name for file in parsed(data).workbooks]


def attached(*disposition: str | bytes, kind: str = "application/octet-stream", data: bytes = BOOK) -> bytes:
    """Return a mail of one part, described by these lines."""
    return part_of(f"Content-Type: {kind}", *disposition, data=data)


def forwarded(inner: bytes, *header: str) -> bytes:
    """Return a mail that carries another one."""
    text = ("--b", "Content-Type: text/plain", "", "chuyển tiếp", "--b", "Content-Type: message/rfc822", *header)
    return raw_mail(f"From: {ADDRESS}", MIXED, "", *text, "", inner, "--b--", "")


def encoded(name: str) -> str:
    """Return `name` as an encoded word (RFC 2047)."""
    return f"=?UTF-8?B?{base64.b64encode(name.encode()).decode()}?="


def continued(name: str, charset: str = "UTF-8''") -> list[str]:
    """Return `name` as a parameter in several pieces (RFC 2231)."""
    pieces = [quote(name[i : i + 12]) for i in range(0, len(name), 12)]
    return [f" filename*{i}*={'' if i else charset}{piece};" for i, piece in enumerate(pieces)]


def test_workbooks_come_out_as_they_went_in_each_with_its_place() -> None:
    books = [small_workbook("1"), small_workbook("2")]
    mail = parsed(make_mail([("một.xlsx", books[0]), ("công văn.pdf", b"%PDF-1.4"), ("hai.xlsx", books[1])]))
    found = [(f.position, f.name, f.data) for f in mail.workbooks]
    assert found == [(2, "một.xlsx", books[0]), (4, "hai.xlsx", books[1])]
    assert mail.others == ("công văn.pdf",)


def test_what_the_header_says_comes_out_as_text() -> None:
    mail = parsed(make_mail(subject="Biểu CCHC 6 tháng", message_id="<a.1@example.vn>"))
    assert (mail.subject, mail.message_id) == ("Biểu CCHC 6 tháng", "<a.1@example.vn>")
    assert (mail.two_ways, mail.automatic, mail.is_packed) == ("", "", False)


@pytest.mark.parametrize(
    "lines",
    [
        [f'Content-Disposition: attachment; filename="{LONG}"'.encode()],
        [f'Content-Disposition: attachment; filename="{encoded(LONG)}"'],
        [f"Content-Disposition: attachment; filename*=UTF-8''{quote(LONG)}"],
        ["Content-Disposition: attachment;", *continued(LONG)],
        [f'Content-Description: x\r\nContent-Disposition: inline; filename="{encoded(LONG)}"'],
    ],
    ids=["8-bit", "RFC 2047", "RFC 2231", "RFC 2231 in pieces", "inline"],
)
def test_a_name_in_vietnamese_is_read_in_every_way_of_writing_it(lines: list[str | bytes]) -> None:
    assert names(attached(*lines)) == [LONG]


def test_a_name_may_stand_with_the_type_alone() -> None:
    assert names(attached(kind='application/octet-stream; name="bieu.xlsx"')) == ["bieu.xlsx"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/bieu.xlsx", "bieu.xlsx"),
        (r"C:\\Users\\x\\bieu.xlsx", "bieu.xlsx"),
        ("bieu\u202excod.xlsx", "bieuxcod.xlsx"),
        ("bieu.xlsx\x00.exe", "bieu.xlsx.exe"),
        ("=cmd|x.xlsx", "=cmd|x.xlsx"),
        ("x" * 400 + ".xlsx", "x" * 145 + ".xlsx"),
    ],
)
def test_a_name_is_one_line_of_plain_text_without_a_path(name: str, kept: str) -> None:
    assert names(attached(f'Content-Disposition: attachment; filename="{name}"')) == [kept]


@pytest.mark.parametrize("charset", ["no-such-code", "idna", "undefined", "utf-8\x00", "zlib", "punycode", "utf-7"])
def test_a_name_in_impossible_letters_costs_the_name_not_the_file(charset: str) -> None:
    [file] = parsed(attached(f"Content-Disposition: attachment; filename*={charset}''%ff.xlsx")).workbooks
    assert file.data == BOOK


@pytest.mark.parametrize(
    ("kind", "name", "data", "is_one"),
    [
        ("application/octet-stream", "bieu.XLSX", b"x", True),
        ("application/octet-stream", "bieu.xlsx.", b"x", True),
        ("application/vnd.ms-excel", "bieu", b"x", True),
        ("application/octet-stream", "bieu.bin", BOOK, True),
        ("text/plain", "bieu.csv", b"x", True),
        ("application/octet-stream", "bieu.zip", b"PK\x03\x04 xl/", False),
        ("application/pdf", "bieu.pdf", b"%PDF-1.4", False),
        ("text/plain", "loi-nhan.txt", b"x", False),
    ],
)
def test_a_workbook_is_known_by_name_type_or_content(kind: str, name: str, data: bytes, is_one: bool) -> None:
    mail = attached(f'Content-Disposition: attachment; filename="{name}"', kind=kind, data=data)
    assert bool(parsed(mail).workbooks) is is_one


@pytest.mark.parametrize("book", [BOOK, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")])
def test_a_workbook_without_a_name_is_found_and_named_by_its_place(book: bytes) -> None:
    data = attached("Content-Disposition: inline", data=book)
    assert [(f.name, f.data) for f in parsed(data).workbooks] == [("tep-1.xlsx", book)]


def test_the_text_of_a_mail_is_no_file() -> None:
    mail = parsed(make_mail([], text="PK\x03\x04 xl/workbook"))
    assert (mail.workbooks, mail.others) == ((), ())


@pytest.mark.parametrize("levels", [1, 4])
def test_the_workbooks_of_a_forwarded_mail_are_the_forwarders(levels: int) -> None:
    data = make_mail(sender="kho@noi-khac.example", top="")
    for _ in range(levels):
        data = forwarded(data)
    assert names(data) == ["bieu.xlsx"]
    assert parsed(data).from_fields == (ADDRESS,)


def test_a_forwarded_mail_in_base64_is_opened_although_that_is_not_allowed() -> None:
    inner = in_base64(make_mail(top=""))
    assert names(forwarded(inner, "Content-Transfer-Encoding: base64")) == ["bieu.xlsx"]


def test_a_packed_mail_is_known() -> None:
    by_name = attached('Content-Disposition: attachment; filename="WinMail.dat"', data=b"\x78\x9f\x3e\x22")
    by_type = attached(kind="application/ms-tnef", data=b"\x78\x9f\x3e\x22")
    assert parsed(by_name).is_packed
    assert parsed(by_type).is_packed


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "auto-submitted: AUTO-GENERATED; x=y",
        "Precedence: bulk",
        "Precedence: List",
        "Return-Path: <>",
        "Return-Path: < >",
        "X-Autoreply: yes",
        "List-Id: <x.example.vn>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    ],
)
def test_a_program_that_writes_is_known(line: str) -> None:
    assert parsed(raw_mail(f"From: {ADDRESS}", line, "", "")).automatic


@pytest.mark.parametrize("line", ["Auto-Submitted: no", "Auto-Submitted: No (by hand)", "Precedence: normal", "X: y"])
def test_a_person_who_writes_is_not_taken_for_a_program(line: str) -> None:
    assert not parsed(raw_mail(f"From: {ADDRESS}", f"Return-Path: <{ADDRESS}>", line, "", "")).automatic


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: a\rFrom: x@example.vn",
        b"Subject: a\0b",
        b"no colon here",
        b"From : x@example.vn",
        b"From x@example.vn",
        b": y",
        b"Na me: y",
        "Tên: y".encode(),
    ],
)
def test_a_header_that_programs_read_differently_is_known(header: bytes) -> None:
    for lines in ([b"X: y", header, b"From: a@b.vn"], [b"X: y", b"From: a@b.vn", header]):
        assert parsed(b"\r\n".join([*lines, b"", b""])).two_ways


def test_a_header_that_begins_with_more_of_nothing_is_known() -> None:
    assert parsed(b" y\r\nFrom: a@b.vn\r\n\r\n").two_ways
    assert not parsed(b"From a@b.vn Mon Jun 13\r\nFrom: a@b.vn\r\n y\r\n\r\n").two_ways


BROKEN: dict[str, Callable[[], bytes]] = {
    "no last boundary": lambda: make_mail().rpartition(b"--")[0].rpartition(b"--")[0],
    "only line feeds": lambda: make_mail().replace(b"\r\n", b"\n"),
    "base64 with stray letters": lambda: make_mail().replace(b"UEsDB", b"UE\xffsDB"),
    "unknown encoding beside": lambda: make_mail(extra=[("Content-Transfer-Encoding-X", "rot13")]),
    "preamble and epilogue": lambda: make_mail().replace(b"\r\n\r\n--", b"\r\n\r\npreamble\r\n--", 1) + b"epilogue\r\n",
    "boundary with blanks": lambda: raw_mail(
        f"From: {ADDRESS}", MIXED, "", "--b  ", "Content-Type: application/x; name=bieu.xlsx", "", "PK", "--b--"
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_mail_still_gives_up_its_workbook(kind: str) -> None:
    assert names(BROKEN[kind]()) == ["bieu.xlsx"]


def nested(levels: int) -> bytes:
    """Return a mail with so many parts, each within the one before."""
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(levels))


BEYOND: dict[str, Callable[[], bytes]] = {
    "too long": lambda: make_mail() + b"x" * MAIL,
    "too many lines": lambda: make_mail() + b"\n" * LINE_ENDS,
    "too many workbooks": lambda: make_mail([(f"{n}.xlsx", b"x") for n in range(WORKBOOKS + 1)]),
    "too many parts": lambda: raw_mail(MIXED, "", *["--b\r\n\r\nx"] * (PARTS + 1)),
    "parts too deep": lambda: nested(DEPTH + 1),
    "parts far too deep": lambda: nested(5000),
    "parts too deep in base64": lambda: _in_base64_again(DEPTH + 1),
    "too many fields": lambda: raw_mail(*["X: y"] * HEADERS, "", ""),
    "fields too long": lambda: raw_mail("X: " + "y" * HEADERS_SIZE, "", ""),
    "folded without end": lambda: raw_mail("X: y", *[" y" * 50] * 10_000, "", ""),
    "quoting without end": lambda: raw_mail('Content-Type: application/x; name="' + ";" * 5000 + '"', "", ""),
    "too many delivery blocks": lambda: raw_mail("Content-Type: message/delivery-status", "", *["a: b\r\n"] * 500),
}


def _in_base64_again(levels: int) -> bytes:
    data = b"\r\n"
    for _ in range(levels):
        head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        data = head + in_base64(data)
    return data


@pytest.mark.parametrize("kind", BEYOND)
def test_a_mail_beyond_the_bounds_is_refused_at_once(kind: str) -> None:
    data = BEYOND[kind]()
    with within(4):
        refusal = parse_mail(data)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "bad_mail"


def test_a_mail_just_within_the_bounds_is_taken() -> None:
    assert parsed(nested(DEPTH)).workbooks == ()
    assert parsed(raw_mail(MIXED, "", *["--b\r\n\r\nx"] * PARTS)).workbooks == ()


def in_quoted_letters(data: bytes) -> bytes:
    """Return `data` as quoted-printable, every byte of it quoted."""
    return b"=\r\n".join(b"".join(b"=%02X" % byte for byte in data[i : i + 25]) for i in range(0, len(data), 25))


@given(st.binary(min_size=1, max_size=3000))
@tried_on(60)
def test_any_bytes_come_out_as_they_went_in(data: bytes) -> None:
    for encoding, body in (("base64", in_base64(data)), ("quoted-printable", in_quoted_letters(data))):
        lines = ("Content-Type: application/x; name=bieu.xlsx", f"Content-Transfer-Encoding: {encoding}", "", body)
        [file] = parsed(raw_mail(f"From: {ADDRESS}", *lines)).workbooks
        assert file.data == data


@given(st.text(min_size=1, max_size=60), st.sampled_from(["RFC 2047", "RFC 2231"]))
@tried_on(60)
def test_any_name_becomes_one_safe_line_that_a_database_keeps(name: str, way: str) -> None:
    text = name.encode("utf-8", "replace").decode()
    written = f'filename="{encoded(text)}"' if way == "RFC 2047" else f"filename*=UTF-8''{quote(text, safe='')}"
    [file] = parsed(attached(f"Content-Disposition: attachment; {written}")).workbooks
    assert file.name
    assert len(file.name) <= 150
    assert not {"/", "\\", "\n", "\r", "\0"} & set(file.name)
    file.name.encode()


SEEDS = [
    make_mail([("một.xlsx", BOOK), ("hai.pdf", b"%PDF")]),
    forwarded(make_mail(top="")),
    forwarded(in_base64(make_mail(top="")), "Content-Transfer-Encoding: base64"),
    attached("Content-Disposition: attachment;", *continued(LONG)),
    nested(6) + b"x",
    raw_mail("Content-Type: message/delivery-status", "", "a: b", "", "c: d"),
]
SPLICES = [
    b"\r", b"\n", b"\0", b"\r\n\r\n", b"--b", b"--b--", b"\xff\xfe", b'"', b"=?utf-8?B?", b"?=", b";", b"*0*=''%",
    b"Content-Type: multipart/digest; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"boundary*0*=x''%00",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Type: text/plain; charset=utf-7\r\n", b"begin 644 x\n",
    b"Content-Type: multipart/mixed; boundary*=idna''" + b"x" * 70 + b"\r\n",
]  # fmt: skip


EDITS = st.tuples(st.integers(0, 5000), st.sampled_from(SPLICES) | st.binary(max_size=9), st.integers(0, 40))


@given(st.sampled_from(SEEDS), st.lists(EDITS, max_size=12))
@tried_on(300)
def test_no_mail_however_broken_makes_the_parser_raise(seed: bytes, edits: list[tuple[int, bytes, int]]) -> None:
    data = seed
    for place, splice, dropped in edits:
        at = place % (len(data) + 1)
        data = data[:at] + splice + data[at + dropped :]
    mail = parse_mail(data)
    texts = [mail.detail] if isinstance(mail, Refusal) else [mail.message_id, mail.subject, *mail.others]
    "".join(texts).encode()


def test_a_mail_written_by_the_standard_library_is_read_whole() -> None:
    message = EmailMessage()
    message["From"] = ADDRESS
    message.set_content("văn bản")
    message.add_alternative("<p>văn bản</p>", subtype="html")
    message.add_attachment(BOOK, maintype="application", subtype="octet-stream", filename=LONG)
    assert [(f.name, f.data) for f in parsed(message.as_bytes()).workbooks] == [(LONG, BOOK)]
