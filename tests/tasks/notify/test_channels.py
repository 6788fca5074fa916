"""Facts about short notices: a real web server takes them, secrets come from the environment, nobody waits for them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from config.settings import Settings
from tasks.notify.channels import REFUSED, UNUSABLE, send_notice, trouble_of
from tasks.notify.send import send_all
from tasks.store import tables
from tasks.store.database import reading, writing
from tasks.store.outbox import Channel, Letter, add_letters, waiting
from tasks.store.values import Run
from tests.tasks.notify.conftest import Mailbox

CHANNEL = "json://${CCHC_HOP}/bao"
NOTICE = Letter("n", "30628", CHANNEL, "Nhắc gửi báo cáo", "Hạn gửi báo cáo: …\n", channel=Channel.NOTICE)
SECRET = "mat-khau-bi-mat"


@dataclass
class Board:
    """What a web server was sent; `status` is what it answers."""

    port: int = 0
    status: int = 200
    asked: int = 0
    taken: list[dict[str, object]] = field(default_factory=list)


@pytest.fixture
def board() -> Iterator[Board]:
    """Return a web server on the loopback that takes notices."""
    board = Board()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            board.asked += 1
            if board.status == 200:
                board.taken.append({**json.loads(body), "authorization": self.headers.get("Authorization")})
            self.send_response(board.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    board.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield board
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def known(board: Board, monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Put the address of the board, with its password, into the environment and return that."""
    address = f"to:{SECRET}@127.0.0.1:{board.port}"
    monkeypatch.setenv("CCHC_HOP", address)
    return {"CCHC_HOP": address}


def keep(settings: Settings, run: Run, *letters: Letter) -> None:
    with writing(settings.database) as connection:
        for letter in letters:
            add_letters(connection, [letter], run)


def troubles(settings: Settings) -> dict[str, str]:
    """Return why each letter that waits did not go, by key."""
    with reading(settings.database) as connection:
        return {item.letter.key: item.trouble for item in waiting(connection)}


def test_a_notice_arrives_with_subject_and_text(board: Board, known: dict[str, str | None]) -> None:
    assert send_notice(NOTICE, known) == ""
    [taken] = board.taken
    assert (taken["title"], str(taken["message"]).strip()) == (NOTICE.subject, NOTICE.body.strip())
    assert str(taken["authorization"]).startswith("Basic ")


def test_a_notice_goes_out_once_and_beside_the_mail(
    smtp_settings: Settings, mailbox: Mailbox, board: Board, known: dict[str, str | None], run: Run
) -> None:
    keep(smtp_settings, run, replace(NOTICE, key="m", recipient="a@example.vn", channel=Channel.MAIL), NOTICE)
    assert [send_all(smtp_settings, run), send_all(smtp_settings, run)] == [1, 0]
    assert (len(mailbox.taken), board.asked) == (1, 1)


@pytest.mark.parametrize("status", [500, 403])
def test_a_channel_that_refuses_never_stops_the_mail_and_is_tried_again(
    smtp_settings: Settings, mailbox: Mailbox, board: Board, known: dict[str, str | None], run: Run, status: int
) -> None:
    board.status = status
    keep(smtp_settings, run, NOTICE, replace(NOTICE, key="m", recipient="a@example.vn", channel=Channel.MAIL))
    send_all(smtp_settings, run)
    assert len(mailbox.taken) == 1
    assert troubles(smtp_settings) == {"n": REFUSED}
    board.status = 200
    send_all(smtp_settings, run)
    assert troubles(smtp_settings) == {}


def test_a_dead_channel_is_asked_once_in_a_run_however_many_notices_it_owes(
    settings: Settings, board: Board, known: dict[str, str | None], run: Run
) -> None:
    board.status = 500
    keep(settings, run, NOTICE, replace(NOTICE, key="n2"), replace(NOTICE, key="n3"))
    send_all(settings, run)
    assert board.asked == 1
    assert troubles(settings) == dict.fromkeys(("n", "n2", "n3"), REFUSED)


def test_a_mail_server_that_is_down_keeps_no_notice_back(
    settings: Settings, board: Board, known: dict[str, str | None], run: Run
) -> None:
    down = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_timeout": 2.0})
    keep(down, run, replace(NOTICE, key="m", recipient="a@example.vn", channel=Channel.MAIL), NOTICE)
    with pytest.raises(OSError, match="refused"):
        send_all(down, run)
    assert (len(board.taken), list(troubles(down))) == (1, ["m"])


@pytest.mark.parametrize(
    ("channel", "known", "said"),
    [
        (CHANNEL, {}, "biến môi trường CCHC_HOP chưa đặt"),
        (CHANNEL, {"CCHC_HOP": ""}, "biến môi trường CCHC_HOP chưa đặt"),
        ("la://${CCHC_HOP}/x", {"CCHC_HOP": "x"}, UNUSABLE),
        (CHANNEL, {"CCHC_HOP": "127.0.0.1:9"}, ""),
    ],
)
def test_a_channel_that_cannot_be_used_says_why(channel: str, known: dict[str, str | None], said: str) -> None:
    assert trouble_of(channel, known) == said


def test_no_secret_is_kept_or_logged(
    settings: Settings,
    board: Board,
    known: dict[str, str | None],
    run: Run,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    board.status = 500
    keep(settings, run, NOTICE)
    send_all(settings, run)
    with reading(settings.database) as connection:
        rows = [*connection.execute(select(tables.outbox)), *connection.execute(select(tables.audit))]
    assert SECRET not in str(rows)
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())
