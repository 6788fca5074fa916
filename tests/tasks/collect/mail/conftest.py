"""A real mail server on the loopback (pymap, in a process of its own), and a folder on it for each test."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import pytest
from imap_tools import MailBoxUnencrypted
from pydantic import SecretStr

from config.settings import Settings
from tests.factory import RECEIVED
from tests.ports import free_port
from tests.tasks.collect.mail.factory import AUTHSERV

USER, PASSWORD = "thu-nop@example.vn", "bi-mat"
DONE = "Đã nhận"
# The server would hash the password half a million times at each login, so that nobody can guess it, and look through
# all that is installed for ways to log in.
_SERVE = """
import importlib.metadata
from functools import cache, partial
importlib.metadata.entry_points = cache(importlib.metadata.entry_points)
from pymap import config
from pymap.main import main

config.BuiltinHash = partial(config.BuiltinHash, rounds=1)
main()
"""
_FOLDERS = count(1)


@dataclass(frozen=True)
class MailServer:
    """A running mail server; its process can be ended to see what happens then."""

    port: int
    password: str
    process: subprocess.Popen[bytes]

    @contextmanager
    def box(self) -> Iterator[MailBoxUnencrypted]:
        """Give a person's connection to the mailbox."""
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=120)
        try:
            yield box.login_utf8(USER, self.password, initial_folder=None)
        finally:
            box.logout()


@dataclass(frozen=True)
class Folder:
    """A folder of the mail server, as its owner sees it."""

    server: MailServer
    name: str

    def deliver(self, *mails: bytes, at: datetime = RECEIVED, flags: tuple[str, ...] = ()) -> None:
        """Let mails arrive."""
        with self.server.box() as box:
            for mail in mails:
                box.append(mail, self.name, dt=at, flag_set=flags)

    def uids(self, criteria: str = "ALL", folder: str | None = None) -> list[str]:
        """Return the UIDs of the mails that fit."""
        with self.server.box() as box:
            box.folder.set(folder or self.name)
            return box.uids(criteria, charset=None)


@contextmanager
def running_server(password: str) -> Iterator[MailServer]:
    """Give a mail server that runs until the block ends."""
    port = free_port()
    where = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    who = ["dict", "--demo-user", USER, "--demo-password", password]
    command = [sys.executable, "-c", _SERVE, *where, *who]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield MailServer(port, password, process)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
                if link.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the mail server did not come up")


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """Return a mail server that all tests share."""
    with running_server(PASSWORD) as server:
        yield server


@pytest.fixture
def folder(mail_server: MailServer) -> Folder:
    """Return an empty folder that no other test uses."""
    return new_folder(mail_server)


def new_folder(server: MailServer) -> Folder:
    """Return an empty folder on `server`."""
    name = f"hop-thu-{next(_FOLDERS)}"
    with server.box() as box:
        box.folder.create(name)
    return Folder(server, name)


@pytest.fixture
def mail_settings(settings: Settings, folder: Folder) -> Settings:
    """Return settings that take mails from the folder."""
    return settings_for(settings, folder)


def settings_for(settings: Settings, folder: Folder) -> Settings:
    """Return `settings` that take mails from `folder`."""
    changes = {
        "imap_host": "127.0.0.1",
        "imap_port": folder.server.port,
        "imap_ssl": False,
        "imap_user": USER,
        "imap_password": SecretStr(folder.server.password),
        "imap_folder": folder.name,
        "imap_timeout": 60.0,
        "authserv_id": AUTHSERV,
    }
    return settings.model_copy(update=changes)
