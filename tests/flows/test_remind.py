"""Reminding as people and schedules do it: once, whatever runs at the same time; and letters to look at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.load import Declarations
from config.settings import Settings
from flows.doctor import _addresses, _waiting
from flows.letters import write_previews
from flows.reminding import periods_to_remind
from tasks.store.database import reading
from tasks.store.outbox import Letter, Waiting, count_unsent
from tests.factory import NOW
from tests.flows.conftest import Cchc, call_cchc, environment_of
from tests.flows.prefect_api import ask
from tests.ports import PATIENCE, MailController


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return an empty workplace."""
    return tmp_path / "home"


def mails(home: Path) -> list[Path]:
    return list((home / "outbox").glob("*.eml"))


@dataclass
class Box:
    """What a mail server on the loopback took."""

    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter."""
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append((envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Box, dict[str, str]]]:
    """Return a running mail server, and how `cchc` is told of it."""
    controller = MailController(box := Box())
    controller.start()
    yield (
        box,
        {"CCHC_SMTP_HOST": "127.0.0.1", "CCHC_SMTP_PORT": str(controller.port), "CCHC_SMTP_TIMEOUT": str(PATIENCE)},
    )
    controller.stop()


def test_the_flow_reminds_of_what_is_in_season_and_sends_once(
    work: Path, served: Cchc, prefect_server: str, post: tuple[Box, dict[str, str]]
) -> None:
    box, smtp = post
    done = served(work, "remind", "--today", "2022-06-16T08:00", **smtp)
    assert done.returncode == 0, done.stderr
    assert "2022-H1: 19 thư mới" in done.stdout
    assert len(box.taken) == len({tuple(to) for to, _ in box.taken}) == 19  # one letter a unit
    mail = next(mail for to, mail in box.taken if to == ["cchc.30628@example.vn"])
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Hạn gửi báo cáo: thứ Năm, 16/06/2022." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert not mails(work)  # nothing left as a file
    again = served(work, "remind", "--period", "2022-H1", "--today", "2022-06-16T17:00", **smtp)
    assert "0 thư mới, 0 thư đã gửi, 0 thư chờ" in again.stdout
    assert len(box.taken) == 19
    _is_tagged_on_the_server(prefect_server)


def _is_tagged_on_the_server(address: str) -> None:
    """See that the runs of a command carry our mark and what they are about."""
    runs = ask(address, "/flow_runs/filter", {"flows": {"name": {"any_": ["remind"]}}})
    assert all(run["name"].startswith("nhắc nộp (2022-06-16T") for run in runs)
    assert {run["parameters"].get("period"): set(run["tags"]) for run in runs} == {
        "": {"cchc"},
        "2022-H1": {"cchc", "2022-H1"},
    }


WRITE = """
import sys
from config.load import load
from config.period import Period
from config.settings import Settings
from tasks.notify.answers import Desk
from tasks.notify.reminders import write_reminders
from tasks.store.database import writing
from tasks.store.values import Run
settings = Settings()
declarations = load(settings.config_dir)
run = Run(sys.argv[1], declarations.calendar.moment("2022-06-16T08:00"))
with writing(settings.database) as connection:
    print(write_reminders(connection, Desk(settings, declarations, Period.parse("2022-H1"), run)))
"""


def test_two_runs_at_once_write_each_reminder_once(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(name: str) -> int:
        command = [sys.executable, "-c", WRITE, name]
        done = subprocess.run(command, env=environment_of(work, {}), capture_output=True, text=True, check=True)
        return int(done.stdout)

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(write, ["run-1", "run-2"])) == [0, 19]
    with reading(Settings(home=work).database) as connection:
        assert count_unsent(connection) == 19


def test_a_dry_run_names_who_would_be_written_to_and_writes_nothing(work: Path) -> None:
    done = call_cchc(work, "remind", "--dry-run", "-p", "2022-H1", "--today", "2022-06-20T08:00")
    assert "chutich.30628@example.vn, cchc.30628@example.vn" in done.stdout
    assert "20 thư sẽ viết" in done.stdout  # eighteen heads, the district, and the digest
    with reading(Settings(home=work).database) as connection:
        assert count_unsent(connection) == 0


def test_out_of_season_no_period_is_reminded_of(declarations: Declarations) -> None:
    assert periods_to_remind(declarations, "2022-05-20T08:00") == []
    assert [str(p) for p in periods_to_remind(declarations, "2022-06-16T08:00")] == ["2022-H1"]


def test_previews_are_mails_with_a_text_and_an_html_part(
    settings: Settings, declarations: Declarations, tmp_path: Path
) -> None:
    paths = write_previews(settings, declarations, None, tmp_path / "xem")
    assert {path.suffix for path in paths} == {".eml", ".txt", ".html"}
    for path in (p for p in paths if p.suffix == ".eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    only = write_previews(settings, declarations, "digest", tmp_path / "mot")
    assert {path.name for path in only} == {"01-digest.eml", "01-digest.html", "01-digest.txt"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--preview", "--kind", "la"), "không có loại thư 'la'; các loại: returned"),
        (("--kind", "digest"), "chỉ dùng cùng --preview"),
    ],
)
def test_a_wrong_look_at_letters_says_what_exists(work: Path, arguments: tuple[str, ...], said: str) -> None:
    done = call_cchc(work, "letters", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_the_doctor_says_why_letters_wait() -> None:
    letter = Letter("k", "30628", "a@example.vn", "Thư", "…")
    tried = Waiting(letter, NOW, 2, "máy chủ thư không trả lời", NOW)
    told = _waiting([tried, Waiting(letter, NOW, 0, "", None)], NOW)
    assert not told.well
    assert told.sentence == (
        f"Có 2 thư viết rồi mà chưa gửi được (thử lần cuối {NOW:%H:%M %d/%m/%Y}): "
        "1 thư vì máy chủ thư không trả lời; xem «cchc letters»."
    )


def test_the_doctor_finds_every_unit_with_an_address(declarations: Declarations) -> None:
    assert [line.sentence for line in _addresses(declarations) if not line.well] == []
