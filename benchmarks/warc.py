"""What an archive costs to import: python benchmarks/warc.py [--records N] [--folder DIR] [--bodies]

Writes an archive of pages from templates of its own, all oddities sprinkled in, imports it with the shipped command in
two worker processes, then again into another ledger where the command is killed (-9) half-way and gone on with. Both
ledgers must hold the same rows. Records and articles a second, CPU and peak memory of all processes are told.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import brotli  # type: ignore[import-untyped]  # noqa: E402
import zstandard  # noqa: E402

from store.database import open_ledger  # noqa: E402

SEED = 11
FIRST = datetime(2024, 3, 1, tzinfo=UTC)
HOSTS = 240
_PLACES = (
    "Kesra Orlinka Vantor Halmyr Dostova Perrin Ulvik Sarnath Tolmin Brenhaven Ostrel Maroun Quillan Fenwick".split()
)
_THINGS = (
    "a refinery", "the coastal pipeline", "a substation", "the export terminal", "a gas field", "the ferry service",
    "a school budget", "the river museum", "a football stadium", "the wheat harvest", "a tax reform", "the council",
)  # fmt: skip
_DEEDS = (
    "was damaged by a fire on Tuesday night", "reopened after repairs that took three weeks",
    "was discussed by the committee in a long session", "will be inspected by the regulator next month",
    "stopped work after a drone strike, officials said", "drew more visitors than in any year before",
    "remained closed on Friday while engineers looked for the leak", "is to be sold to a group of local investors",
)  # fmt: skip
_MORE = (
    "The governor of the region told reporters that nobody was hurt and that the cause was being looked into.",
    "A spokeswoman for the operator said that deliveries would go on as planned for the rest of the month.",
    "Residents of the district had asked for a public hearing since the spring, according to a local newspaper.",
    "Analysts had expected a smaller figure, and prices moved little when the news became known in the afternoon.",
    "The ministry declined to comment on the report, which had first been published by a trade journal.",
    "Work on the site is expected to last until the autumn, when the second stage of the programme begins.",
    "In a statement the company thanked its crews and the fire brigades of the neighbouring towns.",
)
_SECTIONS = "world business energy sport culture weather".split()
_MENU = "".join(f'<li><a href="/section/{name}">{name.title()}</a></li>' for name in _SECTIONS)
# What surrounds an article on a real page: scripts, styles, and a list of others.
_SCRIPT = "<script>var state=" + json.dumps({f"slot{n}": {"size": [300, n], "path": f"/ads/{n}"} for n in range(200)})
_HEAD = _SCRIPT + "</script><style>" + "".join(f".c{n}{{margin:{n}px;color:#{n:06x}}}" for n in range(200)) + "</style>"
_TEASERS = "".join(f'<li class="t"><a href="/x/{n}"><span>Other story {n} of today</span></a></li>' for n in range(60))
_LAYOUTS = (
    (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | {host}</title>'
        '<link rel="canonical" href="{url}"><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="{date}">{head}</head><body><nav><ul>{menu}</ul></nav>'
        '<article><h1>{title}</h1><p class="byline">By Ada Brook</p>{text}</article>'
        "<aside><h2>Most read</h2><ul>{teasers}</ul></aside><footer>All rights reserved.</footer></body></html>"
    ),
    (
        '<html><head><title>{title}</title><script type="application/ld+json">{{"@type":"NewsArticle",'
        '"headline":"{title}","datePublished":"{date}","author":{{"name":"Jon Mere"}}}}</script>{head}</head>'
        '<body><div id="top">{menu}</div><div class="main"><h1>{title}</h1><div class="body">{text}</div></div>'
        '<div id="bottom">{teasers}</div></body></html>'
    ),
)


def make_page(number: int, chance: random.Random) -> tuple[str, bytes, datetime]:
    """URL, HTML and time of publication of one article; the same number gives the same page."""
    told = random.Random(number)
    host = f"www.news{told.randrange(HOSTS)}.example"
    at = FIRST + timedelta(minutes=7 * number)
    title = f"{told.choice(_PLACES)}: {told.choice(_THINGS)} {told.choice(_DEEDS)}"
    url = f"https://{host}/{at:%Y/%m}/story-{number}"
    paragraphs = []
    for _ in range(told.randint(4, 14)):
        first = f"In {told.choice(_PLACES)}, {told.choice(_THINGS)} {told.choice(_DEEDS)}."
        paragraphs.append(" ".join([first, *told.sample(_MORE, 3)]))
    if chance.random() < 0.5:
        paragraphs[-1] += f" Reference {number}."
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    layout = told.choice(_LAYOUTS)
    page = layout.format(
        title=title, host=host, url=url, date=at.isoformat(), text=text, menu=_MENU, head=_HEAD, teasers=_TEASERS
    )
    return url, page.encode(), at


def make_record(
    kind: str, url: str, at: datetime, block: bytes, *, length: int | None = None, more: str = "", version: str = "1.0"
) -> bytes:
    """One record with its headers and the four bytes behind it."""
    head = (
        f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {at:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Record-ID: <urn:uuid:{random.Random(url + str(at)).getrandbits(128):032x}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\n{more}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def make_answer(
    body: bytes, *, status: str = "200 OK", headers: str = "Content-Type: text/html; charset=utf-8"
) -> bytes:
    """An HTTP answer as it came over the wire."""
    return f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body


def make_members(records: int) -> Iterator[bytes]:
    """The archive, a gzip member a record; about an eighth of the records are odd."""
    chance = random.Random(SEED)
    yield gzip.compress(make_record("warcinfo", "urn:none", FIRST, b"software: benchmark\r\n"), mtime=0)
    for number in range(records - 1):
        url, page, at = make_page(number, chance)
        seen = at + timedelta(hours=5)
        odd = chance.random()
        if odd < 0.875:
            record = make_record("response", url, seen, make_answer(page))
        else:
            record = _make_odd(chance, number, url, page, seen)
        member = gzip.compress(record, 6, mtime=0)
        if chance.random() < 0.001:
            half = len(member) // 2
            member = member[:half] + bytes([member[half] ^ 0xFF]) + member[half + 1 :]
        yield member


def _make_odd(chance: random.Random, number: int, url: str, page: bytes, at: datetime) -> bytes:
    coded = "Content-Type: text/html\r\nContent-Encoding: "
    match chance.randrange(16):
        case 0:
            return make_record("request", url, at, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        case 1:
            return make_record("revisit", url, at, make_answer(b"", status="304 Not Modified"))
        case 2:
            return make_record("response", url, at, make_answer(b"<h1>Not found</h1>", status="404 Not Found"))
        case 3:
            return make_record("response", url, at, make_answer(gzip.compress(page), headers=coded + "gzip"))
        case 4:
            return make_record("response", url, at, make_answer(brotli.compress(page, quality=4), headers=coded + "br"))
        case 5:
            packed = zstandard.ZstdCompressor().compress(page)
            return make_record("response", url, at, make_answer(packed, headers=coded + "zstd"))
        case 6:
            return make_record("response", url, at, make_answer(page, headers=coded + "gzip"))
        case 7:
            pieces = [page[start : start + 900] for start in range(0, len(page), 900)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces) + b"0\r\n\r\n"
            headers = "Content-Type: text/html\r\nTransfer-Encoding: chunked"
            return make_record("response", url, at, make_answer(body, headers=headers))
        case 8:
            return make_record("response", url, at, make_answer(page), length=100)
        case 9:
            return make_record("response", url, at, make_answer(page), length=10**6)
        case 10:
            again, edited, _ = make_page(max(number - 40, 0), random.Random(1))
            edited = edited.replace(b"</p>", b" This text was edited later.</p>", 1)
            return make_record("response", again, at, make_answer(edited))
        case 11:
            pixel = make_answer(b"\x89PNG\r\n\x1a\n" + bytes(200), headers="Content-Type: image/png")
            return make_record("response", f"{url}.png", at, pixel)
        case 12:
            return make_record("response", "dns:www.news.example", at, b"20240301\nwww.news.example. 60 IN A 192.0.2.1")
        case 13:
            wall = b"<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
            return make_record("response", url, at, make_answer(wall))
        case 14:
            return make_record("resource", url, at, page).replace(
                b"application/http; msgtype=response", b"text/html", 1
            )
        case _:
            bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
            packed = bomb.compress(bytes(20_000_000)) + bomb.flush()
            return make_record("response", url, at, make_answer(packed, headers=coded + "gzip"))


def write_archive(path: Path, records: int) -> int:
    """Writes the archive, which ends within its last record; gives its size in bytes."""
    with path.open("wb") as file:
        for member in make_members(records):
            file.write(member)
        url, page, at = make_page(records, random.Random(SEED))
        file.write(gzip.compress(make_record("response", url, at, make_answer(page)), mtime=0)[:-300])
    return path.stat().st_size


def run_import(
    folder: Path, archive: Path, *, options: tuple[str, ...], stop_at: float | None = None
) -> tuple[float, float, float, int]:
    """Runs the command, killing it after a share of the archive was read; gives seconds, CPU, peak MB and exit code."""
    started = time.monotonic()
    command = [str(Path(sys.executable).parent / "linewalker"), "import", str(archive), "-c", str(folder), *options]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    peak, cpu = 0.0, 0.0
    while process.poll() is None:
        memory, used = _measure(process.pid)
        peak, cpu = max(peak, memory), max(cpu, used)
        if stop_at is not None and time.monotonic() - started > stop_at:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.1)
    print(process.stderr.read() if process.stderr else "", file=sys.stderr, end="")
    return time.monotonic() - started, cpu, peak, process.returncode


def _measure(pid: int) -> tuple[float, float]:
    """Resident megabytes and CPU seconds of a process and its children."""
    tick = os.sysconf("SC_CLK_TCK")
    memory = cpu = 0.0
    for one in (pid, *_children(pid)):
        try:
            stat = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        cpu += (int(stat[11]) + int(stat[12])) / tick
        memory += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return memory, cpu


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(one) for one in task.read_text().split()]
        except OSError:
            continue
        for child in direct:
            found += [child, *_children(child)]
    return found


def read_rows(folder: Path) -> tuple[list[object], list[object]]:
    """What must not depend on how often the command was stopped: the versions, and what is told of the file."""
    with open_ledger(folder / "work" / "ledger.duckdb", read_only=True) as ledger:
        versions = ledger.rows(
            "SELECT a.url, a.source_id, v.version_id, v.ordinal, v.current, v.title, v.content_hash, v.published_at, "
            "v.fetched_at, v.language, v.flags, v.raw_hash, v.entry_id FROM stored.article a "
            "JOIN stored.article_version v ON v.article_id = a.article_id ORDER BY a.url, v.ordinal"
        )
        told = ledger.rows(
            "SELECT records, articles_new, articles_changed, articles_known, damaged, left_out FROM main.imports"
        )
    return list(versions), list(told)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="Keep the files here; default: a temporary folder.")
    parser.add_argument("--bodies", action="store_true", help="Keep the raw pages, as the command does by itself.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder / "benchmark.warc.gz"
        size = write_archive(archive, chosen.records)
        print(f"archive: {chosen.records} records, {size / 1e6:.1f} MB")
        options = () if chosen.bodies else ("--no-bodies",)
        for name in ("whole", "killed"):
            (folder / name).mkdir(exist_ok=True)
            (folder / name / "linewalker.toml").write_text("[crawl]\nparse_processes = 2\n[sources]\nshipped = false\n")
        seconds, cpu, peak, code = run_import(folder / "whole", archive, options=options)
        versions, told = read_rows(folder / "whole")
        print(f"whole: {seconds:.0f} s, {cpu:.0f} s CPU, peak {peak:.0f} MB in all processes, exit code {code}")
        print(f"  {chosen.records / seconds:.0f} records/s, {len(versions) / seconds:.0f} articles/s; {told}")
        for share in (0.5, 0.35):
            ended = run_import(folder / "killed", archive, options=options, stop_at=share * seconds)
            print(f"killed after {ended[0]:.0f} s: exit code {ended[3]}")
        rest, _, _, code = run_import(folder / "killed", archive, options=options)
        print(f"gone on with: {rest:.0f} s, exit code {code}")
        again, _, _, code = run_import(folder / "killed", archive, options=options)
        print(f"once more: {again:.1f} s, exit code {code}")
        same = read_rows(folder / "killed") == (versions, told)
        urls = {row[0] for row in versions}  # type: ignore[index]
        print(json.dumps({"same_rows": same, "versions": len(versions), "articles": len(urls)}))
        return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
