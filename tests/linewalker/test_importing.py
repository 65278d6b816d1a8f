"""Archives, JSON Lines and saved pages come into the ledger once, whatever is wrong with them and however often."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linewalker.config import Config, find_config, load_config
from linewalker.errors import ConfigError
from linewalker.import_drafting import ImportWish
from linewalker.import_files import UnreadableError, look_at
from linewalker.importing import import_files
from linewalker.lock import LockedError, hold_lock
from linewalker.nightly import configured_sources
from store.bodies import get_body
from store.database import open_ledger
from store.query import run_query
from tests.crawler.archives import make_answer, make_page, make_record, pack

NOW = datetime(2024, 3, 20, 6, tzinfo=UTC)
SOURCES = """
[[source]]
id = "wire"
publisher = "The Wire"
family = "wire-family"
country = "GB"
language = "en"
reliability = "B"
cadence_hours = 24
homepage = "https://www.wire.example/energy/"
feeds = ["https://feeds.wire.example/rss"]
"""


class Lines:
    """What a run told, for the tests to read."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Nothing moves here."""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "linewalker.toml").write_text("[sources]\nshipped = false\n")
    (tmp_path / "sources.toml").write_text(SOURCES)
    return load_config(find_config(tmp_path))


def take(config: Config, *files: Path, **wish: Any) -> tuple[int, Lines]:
    output = Lines()
    sources = configured_sources(config)
    code = import_files(config, sources, files, ImportWish(**wish), now=lambda: NOW, output=output)
    return code, output


def ask(config: Config, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in run_query(config.published_path, sql, 1000).rows]


def rows(config: Config, sql: str) -> list[tuple[Any, ...]]:
    with open_ledger(config.ledger_path, read_only=True) as ledger:
        return ledger.rows(sql)


def respond(name: str, **page: str) -> bytes:
    return make_record(f"https://www.wire.example/energy/{name}", make_answer(make_page(name, **page)))


def test_an_archive_becomes_articles_with_their_dates_sources_and_bodies(config: Config, tmp_path: Path) -> None:
    archive = tmp_path / "news.warc.gz"
    elsewhere = make_record("https://news.example.org/b", make_answer(make_page("Orlinka", date="")))
    archive.write_bytes(pack(respond("Kesra"), elsewhere))

    code, output = take(config, archive)

    assert code == 0
    assert ask(config, "SELECT source_id, title, published_at, language FROM articles ORDER BY url DESC") == [
        ("wire", "Loading stops at Kesra", datetime(2024, 3, 5, 10, tzinfo=UTC), "en"),
        ("example-org", "Loading stops at Orlinka", None, "en"),
    ]
    stored = rows(
        config, "SELECT fetched_at, flags, raw_hash, feed_url, entry_id FROM article_version ORDER BY entry_id"
    )
    assert stored[0][0] == datetime(2024, 3, 6, 12, tzinfo=UTC)
    assert stored[0][1] == ["archived", "backfill"]
    assert b"Kesra" in get_body(config.bodies_path, stored[0][2])
    assert (stored[0][3:], stored[1][1]) == (("import:news.warc.gz", "0"), ["date_missing", "archived", "backfill"])
    assert output.lines[-1].startswith("import: 1 of 1 files read; 2 new articles")


def test_importing_again_or_under_another_name_does_nothing(config: Config, tmp_path: Path) -> None:
    archive, copy = tmp_path / "news.warc.gz", tmp_path / "copy.warc.gz"
    for path in (archive, copy):
        path.write_bytes(pack(respond("Kesra"), respond("Orlinka")))
    take(config, archive)
    before = rows(config, "SELECT * FROM article_version ORDER BY version_id")

    code, output = take(config, archive, copy)

    assert (code, rows(config, "SELECT * FROM article_version ORDER BY version_id")) == (0, before)
    assert "copy.warc.gz: imported already on 2024-03-20; nothing to do" in output.lines


def test_every_oddity_is_counted_and_costs_nothing_else(config: Config, tmp_path: Path) -> None:
    url = "https://www.wire.example/energy/odd"
    odd = [
        make_record("urn:x", b"software: x\r\n", kind="warcinfo"),
        make_record(url, b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        make_record(url, make_answer(b"", status="304 Not Modified"), kind="revisit"),
        make_record(url, b"plain words", kind="conversion"),
        make_record("dns:wire.example", b"wire.example. 60 IN A 192.0.2.1"),
        make_record("http://127.1/a", make_answer(make_page("Local"))),
        make_record("https://www.wire.example/", make_answer(make_page("Front"))),
        make_record(url, make_answer(b"gone", status="410 Gone")),
        make_record(url, make_answer(b"moved", status="301 Moved\r\nLocation: /b")),
        make_record(url, make_answer(b"%PDF-1.4", headers="Content-Type: application/pdf")),
        make_record(url, make_answer(b"<title>Just a moment...</title><p>Checking your browser</p>")),
        make_record(url, make_answer(make_page("Cut")[:200], headers="Content-Length: 9999")),
        make_record(url, make_answer(gzip.compress(bytes(10**7)), headers="Content-Encoding: gzip")),
        make_record(url, b"no status line"),
        make_record(url, make_answer(make_page("Part")), more="WARC-Segment-Number: 1"),
        respond("Short").replace(b"Content-Length: ", b"Content-Length: 1", 1),
    ]
    archive = tmp_path / "odd.warc.gz"
    archive.write_bytes(pack(respond("Kesra"), *odd, respond("Orlinka"))[:-9])

    code, output = take(config, archive)

    titles = [row[0] for row in ask(config, "SELECT title FROM articles ORDER BY title")]
    assert titles == ["Loading stops at Kesra", "Loading stops at Orlinka", "Loading stops at Short"]
    ((left_out,),) = ask(config, "SELECT left_out FROM imports")
    assert json.loads(left_out) == {
        "a conversion record": 1,
        "a homepage": 1,
        "a page in several records": 1,
        "a request record": 1,
        "a revisit, which says that nothing had changed": 1,
        "a warcinfo record": 1,
        "an address refused": 1,
        "an answer that cannot be read": 1,
        "cut off": 1,
        "damaged": 1,
        "no article: a page that tests for robots": 1,
        "not HTML": 1,
        "not a web address": 1,
        "status 3xx": 1,
        "status 4xx": 1,
        "too large": 1,
    }
    faults = [row[0] for row in ask(config, "SELECT reason FROM import_faults ORDER BY byte_offset")]
    assert [fault.partition(";")[0] for fault in faults] == [
        "an answer that cannot be read", "a wrong Content-Length", "the file ends within a gzip member",
    ]  # fmt: skip
    assert code == 3
    assert any("1 damaged records were passed over" in line for line in output.lines)
    assert any("1 records hold an answer that cannot be read" in line for line in output.lines)


def test_captures_of_one_page_are_versions_in_the_order_of_time(config: Config, tmp_path: Path) -> None:
    url = "https://www.wire.example/energy/kesra"
    captures = []
    for day, query in ((9, ""), (7, "?utm_source=x"), (8, "?id=8")):
        page = make_page("Kesra", more=f"<p>Edit {day} of this text.</p>", canonical=url)
        captures.append(make_record(url + query, make_answer(page), date=f"2024-03-{day:02}T12:00:00Z"))
    archive = tmp_path / "versions.warc"
    archive.write_bytes(b"".join(captures))

    take(config, archive)

    found = rows(
        config,
        "SELECT a.url, v.ordinal, v.current, day(v.fetched_at) FROM article_version v "
        "JOIN article a ON a.article_id = v.article_id ORDER BY a.url, v.ordinal",
    )
    # A page that names another's address and says something else is an article of its own.
    assert found == [(url, 1, False, 7), (url, 2, True, 9), (f"{url}?id=8", 1, True, 8)]


def test_filters_leave_out_what_is_not_wanted(config: Config, tmp_path: Path) -> None:
    german = (
        "<p>Nach dem Brand in der Raffinerie am Dienstag wurde die Verladung eingestellt, teilte der Betreiber mit. "
        "Verletzt wurde niemand, die Reparatur soll etwa eine Woche dauern.</p>" * 5
    )
    page = (
        f"<html lang=de><head><title>Brand in Raffinerie</title></head><body><article>{german}</article></body></html>"
    )
    football = (
        "<p>The home side won the match by two goals to one after a late header in front of a full stadium, and the "
        "coach praised the young players for their patience in the second half.</p>" * 4
    )
    sport = make_page("Match").replace(b"Loading stops", b"Goals")
    sport = sport[: sport.index(b"<p>")] + football.encode() + b"</article></body></html>"
    archive = tmp_path / "mixed.warc.gz"
    archive.write_bytes(
        pack(
            respond("Kesra"),
            respond("Early", date="2024-01-05T10:00:00Z"),
            make_record("https://www.wire.example/energy/de", make_answer(page.encode())),
            make_record("https://www.wire.example/energy/match", make_answer(sport)),
            make_record("https://elsewhere.example.org/c", make_answer(make_page("Orlinka"))),
        )
    )
    code, _ = take(
        config,
        archive,
        since=datetime(2024, 2, 1, tzinfo=UTC),
        english_only=True,
        energy_only=True,
        listed_only=True,
        bodies=False,
    )
    ((left_out,),) = ask(config, "SELECT left_out FROM imports")

    assert code == 0
    assert [row[0] for row in ask(config, "SELECT title FROM articles")] == ["Loading stops at Kesra"]
    assert json.loads(left_out) == {
        "not about energy": 1, "not in English": 1, "not of a listed source": 1, "outside the wanted dates": 1,
    }  # fmt: skip
    assert not config.bodies_path.exists()
    take(config, archive, bodies=False)
    assert len(ask(config, "SELECT title FROM articles")) == 5


@pytest.mark.parametrize("packed", [False, True])
def test_json_lines_come_in_as_the_annotate_contract_says(config: Config, tmp_path: Path, packed: bool) -> None:
    text = "The refinery at Kesra stopped loading on Tuesday after a fire, the operator said in a statement."
    lines = [
        {"id": "1", "text": text, "title": "Fire", "published": "2024-03-19T08:00:00Z", "url": "https://a.example/1"},
        {"id": "2", "text": text, "url": "https://b.example/2", "source": "wire", "language": "en", "extra": 1},
        {"id": "3", "text": text},
        {"id": "4", "text": "short", "url": "https://a.example/4"},
        {"text": "no id"},
    ]
    body = b"\xef\xbb\xbf" + "\n".join([*map(json.dumps, lines), "not json", ""]).encode()
    path = tmp_path / ("news.jsonl.gz" if packed else "news.jsonl")
    path.write_bytes(gzip.compress(body) if packed else body)
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))

    code, output = take(config, path)

    assert code == 3
    assert any("2 lines are no documents; see the view import_faults" in line for line in output.lines)
    assert ask(config, "SELECT url, source_id, published_at FROM articles ORDER BY url") == [
        ("https://a.example/1", "a-example", datetime(2024, 3, 19, 8, tzinfo=UTC)),
        ("https://b.example/2", "wire", None),
    ]
    assert rows(config, "SELECT flags FROM article_version ORDER BY entry_id") == [
        (["archived"],), (["date_missing", "archived"],),
    ]  # fmt: skip
    ((left_out,),) = ask(config, "SELECT left_out FROM imports")
    assert json.loads(left_out) == {"no address": 1, "no article: hardly any text": 1, "not a document": 2}


def test_a_saved_page_needs_an_address_and_a_date(config: Config, tmp_path: Path) -> None:
    full, bare = tmp_path / "full.html", tmp_path / "bare.html"
    full.write_bytes(make_page("Kesra", canonical="https://www.wire.example/energy/kesra"))
    bare.write_bytes(make_page("Orlinka", date=""))

    assert take(config, full)[0] == 0
    assert take(config, bare)[0] == take(config, bare)[0] == 2
    assert take(config, full, bare)[0] == 3
    assert take(config, bare, url="https://a.example/orlinka")[0] == 2
    take(config, bare, url="https://a.example/orlinka", published=datetime(2024, 3, 2, 12, tzinfo=UTC))

    assert ask(config, "SELECT url, published_at FROM articles ORDER BY url DESC") == [
        ("https://www.wire.example/energy/kesra", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("https://a.example/orlinka", datetime(2024, 3, 2, 12, tzinfo=UTC)),
    ]
    told = [row[0] for row in ask(config, "SELECT left_out FROM imports WHERE left_out <> '{}' ORDER BY left_out")]
    assert told == ['{"no address; give --url": 1}', '{"no date; give --published": 1}']


def test_files_that_cannot_be_read_are_named_and_the_others_are_read(config: Config, tmp_path: Path) -> None:
    good, bad, arc = tmp_path / "good.warc", tmp_path / "bad.bin", tmp_path / "old.arc"
    good.write_bytes(respond("Kesra"))
    bad.write_bytes(b"\x00\x01\x02")
    arc.write_bytes(b"filedesc://old.arc 0.0.0.0 20080430 text/plain 76\n")

    code, output = take(config, tmp_path / "missing.warc", bad, arc, good)
    alone, _ = take(config, bad, arc)

    assert (code, alone) == (3, 2)
    told = "\n".join(output.lines)
    assert "missing.warc: cannot be read: No such file or directory" in told
    assert "bad.bin: neither WARC nor JSON Lines nor HTML" in told
    assert "old.arc: an ARC file, the format before WARC" in told
    assert "import: 1 of 4 files read; 1 new articles" in told
    assert ask(config, "SELECT status FROM runs ORDER BY run_id") == [("partial",), ("failed",)]


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"source": "wier"}, "did you mean 'wire'"),
        ({"url": "ftp://a.example/b"}, "--url"),
        ({"since": NOW, "until": NOW - timedelta(days=1)}, "--since must lie before --until"),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused_before_anything_is_done(
    config: Config, tmp_path: Path, wish: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        take(config, tmp_path / "a.warc", **wish)
    assert not config.ledger_path.exists()


def test_an_import_waits_for_no_other_run(config: Config, tmp_path: Path) -> None:
    with hold_lock(config.lock_path, command="run", now=NOW), pytest.raises(LockedError, match="linewalker run"):
        take(config, tmp_path / "a.warc")


def test_a_file_is_known_again_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    body = bytearray(b"WARC/1.0\r\n" + bytes(5_000_000))
    path.write_bytes(body)
    first = look_at(path).digest
    body[3_000_000:3_200_000] = b"x" * 200_000
    path.write_bytes(body)

    assert look_at(path).digest != first
    path.write_bytes(b"")
    with pytest.raises(UnreadableError, match="empty"):
        look_at(path)


def test_killed_half_way_it_goes_on_to_the_same_rows(tmp_path: Path) -> None:
    archive = tmp_path / "many.warc.gz"
    request = make_record("https://www.wire.example/", b"GET / HTTP/1.1", kind="request")
    # The first commit comes with the four hundredth record.
    records = [respond(f"Place{number}") for number in range(100)] + [request] * 300
    records += [respond(f"Town{number}") for number in range(60)]
    edited = make_page("Place3", more="<p>Edited.</p>")
    records.append(make_record("https://www.wire.example/energy/Place3", make_answer(edited)))
    archive.write_bytes(pack(*records))
    configs = []
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "linewalker.toml").write_text("[sources]\nshipped = false\n")
        configs.append(load_config(find_config(tmp_path / name)))
    command = [str(Path(sys.executable).parent / "linewalker"), "import", str(archive), "--no-bodies", "-c"]
    process = subprocess.Popen([*command, str(tmp_path / "killed")], stderr=subprocess.DEVNULL)
    wal = configs[1].ledger_path
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        # The first commit makes the file or its journal grow beyond the empty ledger's size.
        journal = wal.with_name(wal.name + ".wal")
        if journal.exists() and journal.stat().st_size > 60_000:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.01)
    assert process.wait() == -signal.SIGKILL
    done = rows(configs[1], "SELECT records FROM import_file")
    for config in configs:
        subprocess.run([*command, str(config.folder)], check=True, stderr=subprocess.DEVNULL)

    query = "SELECT version_id, ordinal, current, fetched_at, flags FROM article_version ORDER BY version_id"
    assert done in ([(400,)], [])
    assert rows(configs[1], query) == rows(configs[0], query)
    assert len(rows(configs[1], query)) == 161
    counts = "SELECT records, articles_new, articles_changed, articles_known, left_out FROM import_file"
    assert rows(configs[1], counts) == rows(configs[0], counts) == [(461, 160, 1, 0, '{"a request record": 300}')]
