"""GDELT's files, made here after its codebooks, give the addresses of the wanted articles and nothing else."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import gdelt
from crawler.crawl import CrawlSettings, crawl
from crawler.gdelt import GdeltFile, GdeltFilter, parse_file_list, parse_gdelt, read_file_list, split_child
from crawler.gdelt_places import iso_country
from crawler.records import ArticleOutcome, FeedOutcome, FeedState, FetchResult, ParsedFeed
from crawler.robots import RobotsCache
from crawler.source_files import render_toml
from crawler.sources import SourcesError, parse_sources

BASE = "http://data.gdelt.example/gdeltv2"
STAMP = "20240305101500"
NOW = datetime(2024, 3, 5, 11, tzinfo=UTC)


def gkg(url: str, themes: str, *, country: str = "UP", title: str = "", collection: str = "1") -> str:
    """One row of 27 columns, in the order of the GKG codebook 2.1."""
    columns = [""] * 27
    columns[0:5] = [f"{STAMP}-1", STAMP, collection, "wire.example", url]
    columns[7] = "".join(f"{theme};" for theme in themes.split())
    columns[8] = "".join(f"{theme},{number * 90};" for number, theme in enumerate(themes.split()))
    columns[9] = f"4#Odesa, Odes'ka Oblast', Ukraine#{country}#{country}17#46.4775#30.7326#-1049092"
    columns[10] = f"4#Odesa, Odes'ka Oblast', Ukraine#{country}#{country}17#25098#46.4775#30.7326#-1049092#171"
    columns[26] = f"<PAGE_LINKS>x</PAGE_LINKS><PAGE_TITLE>{title}</PAGE_TITLE>" if title else ""
    return "\t".join(columns)


def export(url: str, *, quad: str = "4", country: str = "RS") -> str:
    """One row of 61 columns, in the order of the event codebook 2.0."""
    columns = [""] * 61
    columns[0:5] = ["1160000001", "20240305", "202403", "2024", "2024.1753"]
    columns[26:30] = ["190", "190", "19", quad]
    columns[51:59] = ["4", "Novorossiysk, Krasnodarskiy Kray, Russia", country, "RS38", "25119", "44.7", "37.7", "-1"]
    columns[59:61] = [STAMP, url]
    return "\t".join(columns)


def zipped(*rows: str, name: str = f"{STAMP}.gkg.csv") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "".join(f"{row}\n" for row in rows))
    return target.getvalue()


def parse(body: bytes, wanted: GdeltFilter | None = None, changed: dict[str, object] | None = None) -> ParsedFeed:
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    values = {"url": f"{BASE}/{STAMP}.gkg.csv.zip", "size": len(body), "md5": md5} | (changed or {})
    return parse_gdelt(body, file=GdeltFile(**values), wanted=wanted or GdeltFilter())  # type: ignore[arg-type]


def links(parsed: ParsedFeed) -> list[str | None]:
    return [entry.link for entry in parsed.entries]


def test_a_list_names_its_newest_files_with_size_and_md5() -> None:
    lines = [
        f"150383 {'A' * 32} {BASE}/20240305100000.export.CSV.zip",
        f"318084 {'b' * 32} {BASE}/20240305101500.mentions.CSV.zip",
        f"1076850 {'c' * 32} {BASE}/20240305101500.gkg.csv.zip",
        "half a line",
        f"99 {'d' * 32} {BASE}/20240305101500.translation.export.CSV.zip",
    ]
    files, wrong = read_file_list("\n".join(lines).encode())
    parsed = parse_file_list("\n".join(lines).encode())

    assert [one.url.rpartition("/")[2] for one in files] == [
        "20240305101500.translation.export.CSV.zip",
        "20240305101500.gkg.csv.zip",
        "20240305100000.export.CSV.zip",
    ]
    assert (files[2].size, files[2].md5, wrong) == (150383, "a" * 32, 1)
    assert [split_child(child) for child in parsed.children] == files
    assert parse_file_list(b"<html>not here</html>").error is not None


def test_rows_are_chosen_by_their_themes() -> None:
    rows = [
        gkg("https://a.example/1", "ENV_OIL TERROR", title="Blast &amp; fire at refinery"),
        gkg("https://a.example/2", "ENV_OIL"),
        gkg("https://a.example/3", "TERROR"),
        gkg("https://a.example/4", "POWER_OUTAGE"),
        gkg("https://a.example/5", "ENV_NATURALGAS MANMADE_DISASTER_IMPLIED"),
        gkg("https://a.example/6", "PIPELINE_INCIDENT", collection="2"),
        gkg("https://www.a.example/1/?utm_source=x", "POWER_OUTAGE"),
        gkg("https://a.example/1", "POWER_OUTAGE"),
    ]
    parsed = parse(zipped(*rows))

    assert links(parsed) == [
        "https://a.example/1",
        "https://a.example/4",
        "https://a.example/5",
        "https://www.a.example/1/?utm_source=x",
    ]
    assert parsed.entries[0].title == "Blast & fire at refinery"
    assert parsed.entries[0].published_at == datetime(2024, 3, 5, 10, 15, tzinfo=UTC)
    assert links(parse(zipped(*rows), GdeltFilter(themes=("ENV_*",)))) == [
        "https://a.example/1",
        "https://a.example/2",
        "https://a.example/5",
    ]


def test_rows_are_chosen_by_their_places_in_iso_codes() -> None:
    rows = [gkg("https://a.example/1", "POWER_OUTAGE"), gkg("https://a.example/2", "POWER_OUTAGE", country="RS")]
    rows += [export("https://b.example/oil-depot-hit", country="RS"), export("https://b.example/gas-plant-hit")]

    assert links(parse(zipped(*rows), GdeltFilter(places=("UA",)))) == ["https://a.example/1"]
    assert len(links(parse(zipped(*rows), GdeltFilter(places=("RU",))))) == 3
    assert [iso_country(code) for code in ("UP", "RS", "UK", "SZ", "FR", "", "??")] == [
        "UA", "RU", "GB", "CH", "FR", "", "",
    ]  # fmt: skip


def test_an_event_counts_where_force_was_used_and_its_address_speaks_of_energy() -> None:
    rows = [
        export("https://b.example/2024/drone-hits-oil-depot"),
        export("https://b.example/2024/drone-hits-school"),
        export("https://b.example/2024/minister-visits-oil-depot", quad="1"),
        export("https://b.example/2024/gasping-for-air"),
    ]

    assert links(parse(zipped(*rows))) == ["https://b.example/2024/drone-hits-oil-depot"]


def test_what_cannot_be_read_is_counted_and_costs_nothing_else() -> None:
    rows = [
        "one\ttwo",
        gkg("https://a.example/1", "POWER_OUTAGE"),
        gkg("http://127.1/", "POWER_OUTAGE"),
        gkg("javascript:alert(1)", "POWER_OUTAGE"),
        gkg("https://a.example/", "POWER_OUTAGE"),
        "\t" * 40,
    ]
    parsed = parse(zipped(*rows))

    assert links(parsed) == ["https://a.example/1"]
    assert parsed.error == "2 rows could not be read; 2 addresses refused"


def test_one_host_cannot_fill_the_list() -> None:
    rows = [gkg(f"https://{name}.example.org/{number}", "POWER_OUTAGE") for number in range(15) for name in "ab"]
    parsed = parse(zipped(*rows, gkg("https://quiet.example/1", "POWER_OUTAGE")))

    assert len(parsed.entries) == gdelt.MAX_PER_HOST + 1
    assert parsed.error == "10 articles of a host with many left out"


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"md5": "0" * 32}, "the MD5 is not that of the list"), ({"size": 7}, "instead of the 7 of the list")],
)
def test_a_file_that_is_not_the_listed_one_is_left_alone(changed: dict[str, object], told: str) -> None:
    parsed = parse(zipped(gkg("https://a.example/1", "POWER_OUTAGE")), changed=changed)

    assert (parsed.entries, told in (parsed.error or "")) == ((), True)


def _two_files() -> bytes:
    target = io.BytesIO(zipped("x"))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("second.csv", "y")
    return target.getvalue()


def test_zip_files_that_are_not_as_they_should_be_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    good = zipped(*[gkg(f"https://a{n}.example/1", "POWER_OUTAGE") for n in range(400)])
    assert "2 files in it" in (parse(_two_files()).error or "")
    assert "no zip file" in (parse(b"not a zip").error or "")
    assert "no zip file" in (parse(good[:-40]).error or "")
    assert "no zip file" in (parse(good[:90] + bytes(40) + good[130:]).error or "")
    monkeypatch.setattr(gdelt, "MAX_UNPACKED", 1000)
    assert "unpacks to more than" in (parse(good).error or "")
    lying = bytearray(good)
    place = lying.rindex(b"PK\x01\x02") + 24
    lying[place : place + 4] = (500).to_bytes(4, "little")
    assert parse(bytes(lying)).error is not None


@given(data=st.binary(max_size=600))
@settings(max_examples=60, deadline=None)
def test_bytes_of_any_kind_raise_nothing(data: bytes) -> None:
    for body in (data, zipped(data.decode("latin-1"))):
        assert isinstance(parse(body), ParsedFeed)
    assert isinstance(parse_file_list(data), ParsedFeed)


SOURCE = f"""
[[source]]
id = "lists"
publisher = "Lists"
family = "lists"
country = "US"
language = "en"
reliability = "F"
cadence_hours = 0.25
kind = "gdelt"
feeds = ["{BASE}/lastupdate.txt"]
themes = ["POWER_OUTAGE", "ENV_OIL+TERROR*"]
places = ["UA"]
"""


def test_a_source_of_the_kind_gdelt_says_which_rows_it_takes() -> None:
    (source,) = parse_sources(SOURCE, name="own.toml")
    (feed,) = source.feeds

    assert (feed.kind, feed.themes, feed.places) == ("gdelt", ("POWER_OUTAGE", "ENV_OIL+TERROR*"), ("UA",))
    assert parse_sources(render_toml([source]), name="again.toml") == (source,)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"UA"', '"UP"', "places"),
        ("ENV_OIL+TERROR*", "oil", "themes"),
        ('kind = "gdelt"', 'kind = "press"', 'of the kind "gdelt"'),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(SourcesError, match=told):
        parse_sources(SOURCE.replace(old, new), name="own.toml")


class Served:
    """Answers from memory, as crawler.records.Fetcher."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies
        self.asked: list[str] = []

    async def fetch(self, url: str, **_: object) -> FetchResult:
        url = url.partition("#")[0]
        self.asked.append(url)
        body = self.bodies.get(url)
        outcome = "ok" if body is not None else "http_error"
        return FetchResult(
            url=url,
            final_url=url,
            outcome=outcome,  # type: ignore[arg-type]
            reason=outcome,
            fetched_at=NOW,
            status=200 if body is not None else 404,
            body=body or b"",
        )

    async def aclose(self) -> None:
        """Nothing is open."""


async def run_here(function: Callable[..., object], /, *arguments: object) -> object:
    return function(*arguments)


class Unknown:
    """A ledger that holds nothing, as crawler.records.Known."""

    def entry(self, feed_url: str, entry_id: str) -> None:
        return None

    def content_hash(self, url: str) -> None:
        return None


async def test_a_list_is_followed_to_the_articles_and_a_bad_file_costs_no_other() -> None:
    page = (
        "<title>Depot hit</title><article>"
        + "<p>A drone struck the oil depot near Kesra on Tuesday night and set two tanks on fire, officials said.</p>"
        * 4
        + "</article>"
    ).encode()
    good = zipped(export("https://a.example/oil-depot-hit"), name="x.export.CSV")
    bad = zipped(gkg("https://b.example/1", "POWER_OUTAGE"))
    lines = [
        f"{len(good)} {hashlib.md5(good, usedforsecurity=False).hexdigest()} {BASE}/20240305101500.export.CSV.zip",
        f"{len(bad)} {'0' * 32} {BASE}/20240305101500.gkg.csv.zip",
        f"10 {'0' * 32} http://elsewhere.example/20240305101500.gkg.csv.zip",
    ]
    served = Served(
        {
            f"{BASE}/lastupdate.txt": "\n".join(lines).encode(),
            f"{BASE}/20240305101500.export.CSV.zip": good,
            f"{BASE}/20240305101500.gkg.csv.zip": bad,
            "https://a.example/oil-depot-hit": page,
        }
    )
    (source,) = parse_sources(SOURCE.replace('places = ["UA"]', ""), name="own.toml")
    outcomes = [
        outcome
        async for outcome in crawl(
            [(source, source.feeds[0], FeedState(url=source.feeds[0].url))],
            fetcher=served,
            robots=RobotsCache(served, "Linewalker/0 (+test)", lambda: NOW),
            run=run_here,  # type: ignore[arg-type]
            known=Unknown(),
            settings=CrawlSettings(second_try_s=0),
            now=lambda: NOW,
        )
    ]

    *entries, feed = outcomes
    assert isinstance(feed, FeedOutcome)
    assert [(one.url, one.outcome) for one in entries if isinstance(one, ArticleOutcome)] == [
        ("https://a.example/oil-depot-hit", "ok")
    ]
    assert "20240305101500.gkg.csv.zip: the MD5 is not that of the list" in feed.reason
    assert "of another site, left out" in feed.reason
    assert feed.state.body_hash is None, "the list is asked for whole again, because a file of it could not be read"
    # Robots of the list's host and of the article's were asked for.
    assert {url for url in served.asked if url.endswith("/robots.txt")} == {
        "http://data.gdelt.example/robots.txt", "https://a.example/robots.txt",
    }  # fmt: skip
