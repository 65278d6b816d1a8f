"""Extraction and annotation under a ban on sockets: whatever stands in a page or a text, no connection is tried.

The ban lies in a `sitecustomize` that every Python process reads as it starts, spawned workers too: an audit hook that
writes down and refuses whatever would use the network. Beside it, extraction runs in a network namespace without any
interface that is up, and under strace, which sees what is below Python.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile.cases import SECRET
from tests.hostile.faults_documents import CASES
from tests.linewalker.hostile import FIRE, QUIET

ROOT = Path(__file__).resolve().parents[2]
BAN = """
import json, os, sys

# Not socket.bind: urllib3, which comes with an extractor, binds a socket to ::1 to see whether there is IPv6.
_BANNED = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
           "socket.gethostby", "socket.getnameinfo", "urllib.", "http.client.", "ftplib.", "smtplib.", "poplib.",
           "imaplib.", "telnetlib.", "nntplib.", "webbrowser.")
_FILE = os.open(os.environ["LINEWALKER_TEST_BAN"], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)

def _hook(event, arguments):
    if event.startswith(_BANNED):
        os.write(_FILE, (json.dumps([os.getpid(), event, repr(arguments)[:200]]) + "\\n").encode())
        raise PermissionError(f"banned: {event}")

sys.addaudithook(_hook)
os.write(_FILE, (json.dumps([os.getpid(), "began", ""]) + "\\n").encode())
"""
LINEWALKER = (sys.executable, "-m", "linewalker.cli")


@dataclass(frozen=True)
class Ban:
    """An environment in which nothing may use the network."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are to be started with; there is a proxy, and nobody is to ask it."""
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.9:9")
        return {
            **os.environ,
            **proxies,
            "PYTHONPATH": f"{self.folder}{os.pathsep}{ROOT}",
            "LINEWALKER_TEST_BAN": str(self.folder / "ban.log"),
            "HOME": str(self.folder),
            "OPENBLAS_NUM_THREADS": "1",
        }

    def run(self, *command: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(
            [*before, *command], env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=240
        )

    def told(self) -> tuple[int, list[str]]:
        """How many processes were under the ban, and what any of them tried."""
        lines = [json.loads(line) for line in (self.folder / "ban.log").read_text().splitlines()]
        return sum(event == "began" for _, event, _ in lines), [f"{e} {a}" for _, e, a in lines if e != "began"]


@pytest.fixture
def ban(tmp_path: Path) -> Ban:
    (tmp_path / "sitecustomize.py").write_text(BAN)
    return Ban(tmp_path)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The bodies of the hostile pages that end soon, as saved pages."""
    folder = tmp_path_factory.mktemp("pages")
    found = []
    for case in CASES:
        page = case.pages.get("/page")
        if case.id.startswith("page-") and isinstance(page, bytes) and "nested" not in case.id:
            found.append(folder / f"{case.id}.html")
            found[-1].write_bytes(page.partition(b"\r\n\r\n")[2])
    return [str(path) for path in found if "extraction" not in path.name]


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.9', 80), 1)",
        "import socket; socket.getaddrinfo('news.example', 80)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.9', 53))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.9/')",
        "import httpx; httpx.get('http://127.0.0.9/')",
        "import lxml.etree; import urllib.request; urllib.request.urlopen('ftp://127.0.0.9/')",
        "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.9', 80))",
    ],
)
def test_the_ban_catches_a_connection(ban: Ban, attempt: str) -> None:
    done = ban.run(sys.executable, "-W", "ignore", "-c", attempt)
    assert done.returncode != 0
    assert "banned: " in done.stderr
    assert len(ban.told()[1]) == 1


def test_the_ban_holds_in_worker_processes(ban: Ban) -> None:
    script = """
import asyncio, socket
from linewalker.workers import WorkerPool

async def main():
    async with WorkerPool(1) as pool:
        await pool(socket.gethostbyname, "news.example")

if __name__ == "__main__":
    asyncio.run(main())
"""
    (ban.folder / "attempt.py").write_text(script)
    done = ban.run(sys.executable, str(ban.folder / "attempt.py"))
    assert "banned: socket.gethostbyname" in done.stderr
    processes, tried = ban.told()
    assert processes >= 2
    assert len(tried) == 1


def test_extraction_of_hostile_pages_tries_no_connection(ban: Ban, pages: list[str]) -> None:
    done = ban.run(*LINEWALKER, "extract", *pages)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == len(pages) > 20
    assert sum(bool(record["body"]) for record in records) >= 10
    assert all(record["error"] is None for record in records)
    assert SECRET not in done.stdout
    assert ban.told()[1] == []


def test_reading_hostile_feeds_tries_no_connection(ban: Ban) -> None:
    files = []
    for case in CASES:
        if case.id.startswith("feed-") and isinstance(case.feed, bytes) and "parser" not in case.id:
            files.append(ban.folder / f"{case.id}.xml")
            files[-1].write_bytes(case.feed.partition(b"\r\n\r\n")[2])
    done = ban.run(*LINEWALKER, "entries", *(str(path) for path in files))
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(records) == len(files) > 20
    assert SECRET not in done.stdout
    assert ban.told()[1] == []


def test_without_a_network_extraction_gives_the_same(ban: Ban, pages: list[str]) -> None:
    if shutil.which("unshare") is None or ban.run("true", before=("unshare", "-rn")).returncode != 0:
        pytest.skip("this system allows no network namespace")
    few = pages[:8]
    here, without = (
        ban.run(*LINEWALKER, "extract", *few),
        ban.run(*LINEWALKER, "extract", *few, before=("unshare", "-rn")),
    )
    assert without.returncode == 0, without.stderr
    assert without.stdout == here.stdout


def test_the_system_sees_no_connection_either(ban: Ban, pages: list[str]) -> None:
    trace = ban.folder / "trace.txt"
    before = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(trace))
    if shutil.which("strace") is None or ban.run("true", before=before).returncode != 0:
        pytest.skip("this system has no strace, or does not let it look")
    done = ban.run(*LINEWALKER, "extract", *pages[:8], before=before)
    assert done.returncode == 0, done.stderr
    assert not re.findall(r".*AF_INET.*", trace.read_text())


def _documents() -> list[dict[str, object]]:
    loads = f"<img src='http://127.0.0.9/i'> <?xml-stylesheet href='http://127.0.0.9/s'?> http://127.0.0.9/{SECRET}"
    texts = {
        "fire": " ".join(FIRE),
        "quiet": " ".join(QUIET),
        "markup": f"{FIRE[0]} {loads} {FIRE[1]}",
        "addresses": "See http://127.0.0.9/ and file:///etc/passwd and ftp://127.0.0.9/x. " * 50,
        "faces": "\N{GRINNING FACE}" * 75_000,
    }
    return [
        {
            "id": name,
            "url": f"https://news.example/{name}",
            "source": "wire",
            "title": f"News of {name}",
            "text": text,
            "published": "2026-03-03T06:00:00Z",
            "language": "en",
        }
        for name, text in texts.items()
    ]


def test_annotation_resolution_and_briefing_try_no_connection(ban: Ban) -> None:
    path = ban.folder / "documents.jsonl"
    path.write_text("".join(json.dumps(document) + "\n" for document in _documents()))
    night = ban.folder / "night"
    assert ban.run(*LINEWALKER, "init", str(night)).returncode == 0
    read = ban.run(*LINEWALKER, "import", "-c", str(night), "--read", str(path))
    assert read.returncode == 0, read.stdout + read.stderr
    assert re.search(r"annotate: \d articles read, [1-9] relevant", read.stdout + read.stderr), read.stderr
    told = ban.run(*LINEWALKER, "brief", "-c", str(night))
    assert told.returncode in {0, 3}, told.stdout + told.stderr  # 3: a sentence about the oddest text is withheld
    processes, tried = ban.told()
    assert processes >= 4  # the model runs in a worker of its own
    assert tried == []
