"""Facts about finding a Prefect server: one that answers is used, one that does not is dropped."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from config.settings import Settings
from flows.first_start import keep
from flows.own_server import KEPT, NAME, PATIENCE, OwnServer, begin, furnish
from flows.server import QUIET, answers, prepare, prepare_own, wait_for
from tests.flows.conftest import environment_of


class Health(BaseHTTPRequestHandler):
    """A server whose health is what its `server.status` says."""

    def do_GET(self) -> None:
        """Answer `/api/health` with the status, anything else with 404."""
        status = self.server.status if self.path == "/api/health" else 404  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[int], str]]:
    """Return a function that starts a server with a health and returns its address."""
    started: list[HTTPServer] = []

    def start(status: int) -> str:
        server = HTTPServer(("127.0.0.1", 0), Health)
        server.status = status  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}/api"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def mumbling() -> Iterator[str]:
    """Return the address of something that answers, but not in HTTP."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def mumble() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(1024)
                caller.sendall(b"220 mail.example.vn ESMTP\r\n")

        thread = threading.Thread(target=mumble, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        thread.join(5)


@pytest.fixture
def nobody() -> Iterator[str]:
    """Return an address on which nobody listens."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}/api"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give back the environment as it was, without any word of Prefect in between."""
    before = dict(os.environ)
    for name in [n for n in os.environ if n.startswith("PREFECT_") or n in QUIET]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_server_in_good_health_answers(serve: Callable[[int], str]) -> None:
    address = serve(200)
    assert answers(address)
    assert answers(address + "/")


@pytest.mark.parametrize("status", [204, 404, 500, 503])
def test_a_server_in_bad_health_does_not_answer(serve: Callable[[int], str], status: int) -> None:
    assert not answers(serve(status))


def test_an_address_on_which_nobody_listens_does_not_answer(nobody: str) -> None:
    assert not answers(nobody)


def test_something_that_is_no_web_server_does_not_answer(mumbling: str) -> None:
    assert not answers(mumbling)


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.server.PROBE_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert not answers(f"http://127.0.0.1:{silent.getsockname()[1]}/api")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:4200",
        "file:///etc/passwd",
        "http://",
        "http://127.0.0.1:cổng/api",
        "http://127.0.0.1:42000000/api",
        "http://a b/api",
        "http://[::1/api",
        "http://127.0.0.1:4200/\n",
    ],
)
def test_an_address_that_is_none_does_not_answer(address: str) -> None:
    assert not answers(address)


def test_a_server_that_answers_is_used(environment: None, settings: Settings, serve: Callable[[int], str]) -> None:
    os.environ["PREFECT_API_URL"] = address = serve(200)
    assert prepare(Settings(home=settings.home)) == address
    assert os.environ["PREFECT_API_URL"] == address


def test_a_server_that_does_not_answer_is_dropped(environment: None, settings: Settings, nobody: str) -> None:
    os.environ["PREFECT_API_URL"] = nobody
    assert prepare(Settings(home=settings.home)) is None
    assert "PREFECT_API_URL" not in os.environ
    assert os.environ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "true"


def test_without_an_address_the_server_is_ephemeral(environment: None, settings: Settings) -> None:
    assert prepare(settings) is None
    assert os.environ["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] == "true"


def test_prefect_lives_in_the_home_and_tells_nobody(environment: None, settings: Settings) -> None:
    prepare(settings)
    assert Path(os.environ["PREFECT_HOME"]) == settings.home / "prefect"
    assert {name: os.environ[name] for name in QUIET} == QUIET


def test_what_the_operator_set_stays_set(environment: None, settings: Settings) -> None:
    os.environ["PREFECT_LOGGING_LEVEL"] = "DEBUG"
    os.environ["PREFECT_HOME"] = elsewhere = str(settings.home.parent / "elsewhere")
    prepare(settings)
    assert (os.environ["PREFECT_LOGGING_LEVEL"], os.environ["PREFECT_HOME"]) == ("DEBUG", elsewhere)


def test_a_server_of_ones_own_that_ends_at_once_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = OwnServer(subprocess.Popen([sys.executable, "-c", ""]), "http://127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_API_URL", ended.address)
    start = time.monotonic()
    wait_for(ended)
    assert time.monotonic() - start < PATIENCE / 2
    assert "PREFECT_API_URL" not in os.environ


def test_a_server_of_ones_own_is_ended_with_what_it_serves() -> None:
    sleeping = OwnServer(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]), "")
    assert sleeping.answers(lambda _: True)
    sleeping.end()
    assert sleeping.process.poll() is not None


def test_a_prefect_home_without_a_database_gets_the_one_that_was_kept_and_one_that_has_its_own_keeps_it(
    tmp_path: Path,
) -> None:
    kept, home = tmp_path / "kept.db", tmp_path / "prefect"
    home.mkdir()
    assert not furnish(home, kept)  # none was kept
    kept.write_bytes(b"of the installation")
    assert furnish(home, kept)
    assert [p.name for p in home.iterdir()] == [NAME]
    (home / NAME).write_bytes(b"with runs in it")
    assert not furnish(home, kept)
    assert (home / NAME).read_bytes() == b"with runs in it"


def no_second_names(*_: object) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


def copy_half(_: Path, copy: Path) -> None:
    copy.write_bytes(b"of the")
    no_room()


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("name", "trouble"),
    [("os.link", no_second_names), ("os.fsync", no_room), ("shutil.copyfile", no_room), ("shutil.copyfile", copy_half)],
)
def test_where_no_database_can_be_given_the_home_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trouble: Callable[..., None]
) -> None:
    kept, home = tmp_path / "kept.db", tmp_path / "prefect"
    home.mkdir()
    kept.write_bytes(b"of the installation")
    monkeypatch.setattr(f"flows.own_server.{name}", trouble)
    assert not furnish(home, kept)
    assert list(home.iterdir()) == []


def test_a_server_begins_with_the_database_it_is_given(tmp_path: Path) -> None:
    kept, home = tmp_path / "kept.db", tmp_path / "prefect"
    kept.write_bytes(b"of the installation")
    begin(home, kept=kept).end()  # before it has looked at it
    assert (home / NAME).read_bytes() == b"of the installation"


@pytest.mark.skipif(not KEPT.exists(), reason="installed without make: nothing was kept")
def test_the_installation_kept_a_database_of_prefect_that_has_no_run_in_it() -> None:
    is_empty_database_of_prefect(KEPT)


@pytest.mark.skipif("CCHC_LONG" not in os.environ, reason="half a minute of work: make hostile")
def test_what_is_kept_is_made_by_prefect_itself(tmp_path: Path) -> None:
    kept = tmp_path / "share" / NAME
    keep(kept)
    is_empty_database_of_prefect(kept)


def is_empty_database_of_prefect(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as made:
        assert made.execute("SELECT count(*) FROM flow_run").fetchone() == (0,)
        assert made.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_a_command_that_is_ended_in_the_middle_of_a_flow_says_so_in_one_sentence(
    prefect_server: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "flows.cli", "report", "-p", "2022-H1", "--today", "2022-06-22T16:00"]
    environment = environment_of(tmp_path, {"PREFECT_API_URL": prefect_server, "PYTHONUNBUFFERED": "1"})
    running = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("Thu nhận")
    running.terminate()
    _, said = running.communicate(timeout=300)
    assert running.returncode == 130
    assert said.startswith("Lỗi: đã dừng giữa chừng; chạy lại đúng lệnh ấy")
    assert said.count("\n") == 1


def test_a_process_that_runs_flow_after_flow_begins_one_server(environment: None, settings: Settings) -> None:
    own = prepare_own(settings)
    os.environ.pop("PREFECT_API_URL")
    assert own is not None
    assert prepare_own(settings) is own
    assert os.environ["PREFECT_API_URL"] == own.address
    own.end()
    again = prepare_own(settings)  # one that has ended is begun anew
    assert again is not None
    assert again is not own
    again.end()


BEGINS_A_SERVER = """
import sys, time
from pathlib import Path
from flows.own_server import begin

print(begin(Path(sys.argv[1]), kept=Path(sys.argv[1], "none")).process.pid, flush=True)
time.sleep(300)
"""


def test_a_command_that_is_killed_leaves_no_server_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BEGINS_A_SERVER, str(tmp_path / "prefect")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as begun:
        assert begun.stdout is not None
        server = int(begun.stdout.readline())
        assert runs(server)
        begun.kill()
    end = time.monotonic() + 120
    while runs(server):
        assert time.monotonic() < end, "the server outlives the command that began it"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """Return whether there is a process `pid` that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
