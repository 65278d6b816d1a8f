"""One ledger in which every attack stands wherever an article can bring it, and every output that is made of it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]
from lxml import etree
from markdown_it import MarkdownIt
from pytest_httpserver import HTTPServer
from stix2validator import ValidationOptions, validate_instance
from typer.testing import CliRunner

from crawler.records import Source
from linewalker.cli import app
from linewalker.config import Config, load_config
from linewalker.demo import NIGHTS, DemoClock, serve_newswire, write_config
from linewalker.endings import guarded
from linewalker.exporting import ExportOrder, export_ledger
from linewalker.health import INCIDENT_FORMS, open_published, show_incident, show_status
from linewalker.newswire import Newswire, Publisher, SampleArticle, sample_sources
from linewalker.nightly import run_night
from linewalker.output import PlainOutput, TerminalOutput
from nlp.records import Annotation, FactClaim, Span
from reports.incident_json import render_json
from reports.incident_page import make_page
from reports.page_markup import render_html, render_markdown
from reports.page_text import render_text
from reports.templating import read_asset
from reports.text import clean_text
from store.annotations import add_annotations, get_unannotated
from store.arrivals import add_article_outcome
from store.database import Ledger, open_ledger
from store.decisions import Draft, decide
from store.incident_context import get_context
from store.sources import add_feed_outcome, sync_sources
from store.views import get_incidents
from tests.linewalker.receivers import Postbox, serve_mail
from tests.reports.attacks import ATTACKS, BAD_LINKS, ODD_LINKS, OVERSIZED
from tests.store.samples import (
    add,
    make_annotation,
    make_article,
    make_event,
    make_feed_outcome,
    make_outcome,
    make_source,
    resolve_all,
)

A_NIGHT = 28  # incidents: so many are told in full
SENTENCE = "Drones struck {0} near {0} on Sunday, killing 3 people, {0} said, and {0} lost 500,000 barrels a day."
ALERTS = """
[alerting]
digest_above = 1000
max_age_days = 400.0
targets_file = "targets"

[[alerts]]
name = "all"
to = "hook"

[[alerts]]
name = "mailed"
to = "desk"
within = {{ latitude = {0}, longitude = {1}, km = 40 }}
"""
# Mails go out one every five seconds: only the incident of the worst of them is mailed, all go to the web hook.
MAILED = ATTACKS.index("x\r\nBcc: victim@evil.example\r\n\r\nhello")
QUERIES = (
    "SELECT left(title, 6000) AS title, url, left(authors::VARCHAR, 500) AS authors, left(text, 500) FROM articles",
    "FROM incidents",
    "FROM incident_facts",
    "FROM source_health",
    'SELECT article_id AS "=1+1\x1b[31m" FROM articles',
)
BRIEFINGS = ("briefing", "latest")
FORMS = ("table", "csv", "json", "jsonl", "markdown")
EXPORTS = (("csv", "incidents"), ("csv", "reports"), ("csv", "facts"), ("jsonl", None), ("geojson", None),
           ("stix", None), ("misp", None))  # fmt: skip
# Colours, cursor, titles and links of a terminal, and what reorders or hides text; only the line feed is left.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
TAGS = frozenset(
    "html head meta title style body a main header footer nav section article figure figcaption div span p h1 h2 h3 h4 "
    "ul ol li dl dt dd table caption thead tbody tr th td details summary blockquote mark strong em b i small time "
    "button br hr code svg g path rect circle text tspan line polyline polygon defs use symbol clipPath title desc "
    "script input label select option abbr cite q sup sub col colgroup noscript".split()
)


@dataclass(frozen=True)
class Outputs:
    """Everything that the ledger gave, by name."""

    folder: Path
    pages: dict[str, str]  # HTML
    markdown: dict[str, str]
    tables: dict[str, str]  # CSV
    json: dict[str, str]
    lines: dict[str, str]  # JSON Lines
    printed: dict[str, str]  # what a terminal or a log shows
    box: Postbox
    sent: list[dict[str, Any]]  # what the web hook got
    incidents: int

    def wrote(self) -> str:
        """All of it as one text."""
        parts = (self.pages, self.markdown, self.tables, self.json, self.lines, self.printed)
        return "\n".join(text for part in parts for text in part.values())


def storable(text: str) -> str:
    """Text that a page can carry in UTF-8."""
    return text.encode("utf-8", "ignore").decode()


def newswire() -> Newswire:
    """Publishers with hostile names, each article of whom has an attack for its title, its author and its speaker."""
    names = ("<script>alert(1)</script>", "=cmd|' /C calc'!A0 \x1b]0;owned\x07", "[x](javascript:alert(1))\u202e")
    shapes = (("rss", "wire", True), ("atom", "portal", False), ("sitemap", "broadsheet", False))
    publishers = tuple(
        Publisher(
            id=f"wire-{number}", host=f"wire-{number}.example", name=storable(name), family=f"wire-{number}",
            country="GB", reliability="C", layout=layout, format=shape, tagline=storable(name), full_text=whole,
        )
        for number, (name, (shape, layout, whole)) in enumerate(zip(names, shapes, strict=True))
    )  # fmt: skip
    articles = []
    for number, attack in enumerate([*ATTACKS[::5], OVERSIZED]):
        text = storable(attack)
        body = (
            f"Drones struck the Tuapse oil refinery in Russia on Monday, killing {number + 2} people, "
            f"{text[:3000]} said.\n\nThe governor of {text[:3000]} denied it. The plant lost 20,000 barrels a day."
        )
        articles.append(
            SampleArticle(
                id=f"a-{number}", publisher=f"wire-{number % 3}", night=1, slug=f"story-{number}", title=text,
                summary=text[:5000], body=body, published_at=NIGHTS[0] - timedelta(hours=3, minutes=number),
                authors=(text[:5000],), section=text[:200],
            )
        )  # fmt: skip
    return Newswire(publishers=publishers, articles=tuple(articles))


def annotated(text: str, number: int, attack: str) -> Annotation:
    """The article's one event, every name of which is the attack."""
    sentence = Span(start=0, end=len(text))
    event = make_event(make_plain(number), killed=None)
    (facility,), (actor,), (place,) = event.facilities, event.actors, event.places
    at = text.find("struck ") + 7
    span = Span(start=at, end=max(at + 1, min(at + len(clean_text(attack)), len(text))))
    latitude, longitude = position(number)
    where: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    day = NIGHTS[0].date() - timedelta(days=5 * number)
    assert event.date is not None
    return make_annotation([
        replace(
            event,
            trigger=replace(event.trigger, span=Span(start=text.find("struck"), end=text.find("struck") + 6)),
            claims=(FactClaim(factuality="attributed", speaker=attack, span=sentence),
                    FactClaim(factuality="denied", speaker=attack, span=sentence)),
            evidence=(sentence,),
            facilities=(replace(facility, name=attack, span=span, facility_id=f"x-{number}", **where),),
            actors=(replace(actor, name=attack, role="perpetrator", span=span), replace(actor, name=attack, span=span)),
            places=(replace(place, name=attack, span=span, **where),),
            date=replace(event.date, start=day, end=day, span=span),
        )
    ])  # fmt: skip


def position(number: int) -> tuple[float, float]:
    """Far from every other."""
    return -60.0 + number / 2, -170.0 + 2.0 * number


def make_plain(number: int) -> str:
    """A text that the sample event fits."""
    return (
        f"Drones struck the Sample Bay oil terminal near Novorossiysk on Sunday, killing {number} people. "
        "Officials said little."
    )


def tell(ledger: Ledger, sources: Sequence[Source], first: int, attacks: Sequence[str], at: datetime) -> None:
    """One night's articles straight into the store: what no page and no feed could carry, too."""
    links = [*ODD_LINKS, *BAD_LINKS]
    of: dict[str, tuple[int, str]] = {}
    for number, attack in enumerate(attacks, first):
        source = sources[number]
        url = links[number] if number < len(links) else f"https://s{number}.example/a"
        text = SENTENCE.format(attack[:3000]) + "\n" + attack[:20_000]
        article = make_article(url, source=source.id, text=text, title=attack, at=at, authors=(attack,))
        added = add(ledger, article)
        assert added.version_id is not None
        of[added.version_id] = (number, attack)
        state = {"outcome": "http_error", "reason": attack[:3000], "failures": 3, "succeeded_at": None}
        feed = make_feed_outcome(source.id, at=at, **state)
        add_feed_outcome(ledger, replace(feed, outcome="http_error", reason=attack[:3000]), "r1")
        failed = make_outcome(None, url=f"{url}-2", source=source.id, at=at, reason=attack[:3000])
        add_article_outcome(ledger, failed, "r1")
    found = []
    for version_id, document in get_unannotated(ledger):
        number, attack = of[version_id]
        found.append((version_id, annotated(document.text, number, attack[:3000])))
    add_annotations(ledger, found, "r1", "pipeline-1/risk-1/gazetteer-1")
    resolve_all(ledger, now=at)


def run_all(config: Config, wire: Newswire) -> dict[str, str]:
    """The nights: the first crawls and reads the newswire, each further one tells of its share of the attacks."""
    told, shown = io.StringIO(), io.StringIO()
    attacks = [*ATTACKS, OVERSIZED]
    sources = [
        make_source(f"s{number}", publisher=attack[:3000], family=attack[:300], homepage=attack, note=attack)
        for number, attack in enumerate(attacks)
    ]
    clock = DemoClock(1)
    crawled = run_night(config, sample_sources(wire), now=clock, output=PlainOutput(clock, told),
                        steps=("crawl", "annotate", "resolve", "brief", "alert"))  # fmt: skip
    everything = [*sample_sources(wire), *sources]
    reasons = list(crawled.reasons)
    for night, first in enumerate(range(0, len(attacks), A_NIGHT)):
        at = NIGHTS[1] + timedelta(days=night)
        with open_ledger(config.ledger_path, now=at) as ledger:
            sync_sources(ledger, everything)
            tell(ledger, sources, first, attacks[first : first + A_NIGHT], at)
            for (incident_id,) in ledger.rows("SELECT incident_id FROM incident ORDER BY created_at DESC LIMIT 3"):
                draft = Draft(kind="confirm", incident_id=incident_id, note=attacks[first])
                decide(ledger, draft, by=attacks[first], at=at)
        output = TerminalOutput(shown)
        # All alerts at the end: each night that sends starts a process.
        steps = ("brief", "alert") if first + A_NIGHT >= len(attacks) else ("brief",)
        result = run_night(config, everything, now=lambda at=at: at, output=output, steps=steps)  # type: ignore[misc]
        reasons += result.reasons
        for text in (*result.reasons, *attacks[first : first + A_NIGHT]):
            output.line(text)
            PlainOutput(lambda at=at: at, told).line(text)  # type: ignore[misc]
    # The bar of a step is drawn over with carriage returns of our own.
    return {"log": told.getvalue(), "terminal": shown.getvalue().replace("\r", "")}


def call(config: Config, *arguments: str) -> str:
    """What a command prints."""
    result = CliRunner().invoke(app, [*arguments, "-c", str(config.folder)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert not UNSEEN.search(result.stderr)
    return result.stdout


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outputs]:
    folder = tmp_path_factory.mktemp("safe")
    wire = newswire()
    with serve_mail() as box, serve_newswire(wire) as server, HTTPServer(host="127.0.0.1") as hook:
        hook.expect_request("/hook").respond_with_data("")
        write_config(folder, wire, server.address)
        path = folder / "linewalker.toml"
        path.write_text(path.read_text(encoding="utf-8") + ALERTS.format(*position(MAILED)), encoding="utf-8")
        targets = f'desk = "{box.url}"\nhook = "json://127.0.0.1:{hook.port}/hook"\n'
        (folder / "targets").write_text(targets, encoding="utf-8")
        (folder / "targets").chmod(0o600)
        config = load_config(path)
        printed = run_all(config, wire)
        sent = [json.loads(request.get_data()) for request, _ in hook.log]
        yield collect(config, printed, box, sent)


def collect(config: Config, printed: dict[str, str], box: Postbox, sent: list[Any]) -> Outputs:
    briefings = {path.name: path.read_text(encoding="utf-8") for path in sorted(config.briefings_path.glob("*.*t*m*"))}
    pages = {name: text for name, text in briefings.items() if name.endswith(".html")}
    markdown = {path.name: path.read_text(encoding="utf-8") for path in sorted(config.briefings_path.glob("*.md"))}
    tables: dict[str, str] = {}
    documents: dict[str, str] = {}
    lines: dict[str, str] = {}
    now = NIGHTS[1] + timedelta(days=30)
    for form, table in EXPORTS:
        out = config.folder / f"{form}-{table}.out"
        export_ledger(config, ExportOrder(form=form, table=table, output=str(out)), now)
        kept = tables if form == "csv" else lines if form == "jsonl" else documents
        kept[f"export {form} {table}"] = out.read_bytes().decode("utf-8")
    with open_published(config) as ledger:
        ids = [row[0] for row in ledger.rows("SELECT incident_id FROM incident ORDER BY incident_id")]
        for view in get_incidents(ledger, ids[::2]):
            context = get_context(ledger, view)
            page = make_page(view, context)
            pages[f"incident {view.id}"] = render_html(page)
            markdown[f"incident {view.id}"] = render_markdown(page)
            documents[f"incident {view.id}"] = render_json(view, context)
            printed[f"incident {view.id}"] = render_text(page)
            printed[f"incident {view.id}, narrow"] = render_text(page, 40)
    for form in INCIDENT_FORMS:
        printed[f"incident {form}"] = show_incident(config, ids[0], form=form)
    for number, sql in enumerate(QUERIES):
        for form in FORMS:
            text = call(config, "query", sql, "-f", form, "--limit", "400")
            printed[f"query {number} {form}"] = text
            {"csv": tables, "json": documents, "jsonl": lines, "markdown": markdown}.get(form, printed)[
                f"query {number} {form}"
            ] = text
    for form in FORMS:
        printed[f"search {form}"] = call(config, "search", "drones", "-f", form, "--limit", "400")
    printed["status"] = show_status(config, now)
    printed["dry run"] = call(config, "alerts", "--dry-run", "--days", "10000")
    for form in ("svg", "html"):
        out = config.folder / f"chart.{form}"
        printed[f"chart {form}"] = call(
            config, "chart", "SELECT title AS \"=x<script>\", count(*) AS n FROM articles GROUP BY ALL", "-o", str(out),
            "--title", ATTACKS[0],
        )  # fmt: skip
        pages[out.name] = out.read_text(encoding="utf-8")
    return Outputs(
        folder=config.briefings_path, pages=pages, markdown=markdown, tables=tables, json=documents, lines=lines,
        printed=printed, box=box, sent=sent, incidents=len(ids),
    )  # fmt: skip


def test_the_attacks_are_in_what_comes_out(outputs: Outputs) -> None:
    """Else all that follows would say nothing."""
    assert outputs.incidents > len(ATTACKS)
    nothing = {attack for attack in ATTACKS if not clean_text(attack)}
    assert len(nothing) < 5
    for part in (outputs.printed["query 0 table"], outputs.json["query 0 json"], outputs.lines["export jsonl None"]):
        whole = words(part)
        missing = [attack for attack in ATTACKS if words(attack[:300]) not in whole]
        assert missing == []
    told = words("".join(text for name, text in outputs.markdown.items() if name.startswith(BRIEFINGS)))
    assert sum(words(attack[:300]) in told for attack in ATTACKS) > 0.75 * len(ATTACKS)
    assert len(outputs.sent) > len(ATTACKS)
    assert len(outputs.box.mails) == 1


def words(text: str) -> str:
    """Only letters and digits: what is left of a text however it is escaped."""
    plain = unicodedata.normalize("NFKC", re.sub(r"\\[nrtbf]|\\u[0-9a-f]{4}|&#?\w{1,6};", "", text))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def test_no_page_has_anything_active(outputs: Outputs) -> None:
    assert {"index.html", "chart.html", "chart.svg"} <= set(outputs.pages)
    own = {path.name for path in outputs.folder.iterdir()}
    script = read_asset("briefing.js")
    for name, text in outputs.pages.items():
        assert not UNSEEN.search(text), name
        assert len(text) < 3_000_000, name
        if name.endswith(".svg"):
            elements = list(etree.fromstring(text.encode()).iter())
        else:
            elements = [one for one in html5lib.parse(text, namespaceHTMLElements=False).iter() if one.tag is not None]
        for element in elements:
            if not isinstance(element.tag, str):
                assert "evil" not in (element.text or "")  # a comment
                continue
            tag = element.tag.rpartition("}")[2]
            if tag == "link":  # the index names its feeds
                assert element.get("rel") == "alternate", name
            else:
                assert tag in TAGS, (name, tag)
            for key, value in element.attrib.items():
                attribute = str(key).rpartition("}")[2].lower()
                assert not attribute.startswith("on"), (name, tag, attribute)
                assert attribute not in ("src", "srcset", "srcdoc", "action", "formaction", "data", "poster", "ping")
                if attribute in ("href", "xlink:href"):
                    assert re.match(r"https?://[a-z0-9.\-\[]|#[\w-]", value) or value.partition("#")[0] in own, value
                if attribute == "http-equiv":
                    assert value == "Content-Security-Policy"
                if attribute == "style":
                    assert not re.search(r"url|expression|@import|position", value)
        scripts = [one.text for one in elements if isinstance(one.tag, str) and one.tag.endswith("script")]
        assert scripts in ([], [script]) if name.startswith(BRIEFINGS) else scripts == [], name
        if not name.endswith(".svg"):
            (policy,) = [
                one.get("content") for one in elements if one.tag == "meta" and one.get("http-equiv") is not None
            ]
            assert policy.startswith("default-src 'none'; ")
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert ("script-src" in policy) == bool(scripts)
            assert not scripts or f"script-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("flavour", ["commonmark", "js-default"])
def test_markdown_renders_to_no_markup_and_no_link_of_theirs(outputs: Outputs, flavour: str) -> None:
    # The second is as GitHub's: tables and strikethrough; both let raw HTML through, so that any would be seen.
    renderer = MarkdownIt(flavour, {"html": True}).enable("table")
    for name, text in outputs.markdown.items():
        assert not UNSEEN.search(text), name
        assert len(text) < 500_000 or name.startswith("query"), name
        body = divided(text)[1] if name.startswith(BRIEFINGS) else text
        for token in flat(renderer.parse(body)):
            assert token.type not in ("html_block", "html_inline", "code_block", "fence", "s_open"), (name, token)
            address = token.attrs.get("href", token.attrs.get("src"))
            if token.type == "link_open":
                assert re.match(r"https?://[a-z0-9.\-\[]", str(address)), (name, address)
            if token.type == "image":
                assert (outputs.folder / str(address)).is_file(), (name, address)


def flat(tokens: Sequence[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def divided(text: str) -> tuple[dict[str, Any], str]:
    """The front matter of a briefing and what follows."""
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


def test_front_matter_has_the_expected_keys_only(outputs: Outputs) -> None:
    expected = {"title", "date", "kind", "from", "to", "scope", "generated_at", "counts", "versions"}
    told = [divided(text)[0] for name, text in outputs.markdown.items() if name.startswith(BRIEFINGS)]
    assert len(told) >= 6
    for front in told:
        assert set(front) == expected
        assert all(isinstance(number, int) for number in front["counts"].values())
        assert front["title"].startswith("Energy")


def test_no_cell_is_a_formula(outputs: Outputs) -> None:
    for name, text in outputs.tables.items():
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) > 3, name
        assert {len(row) for row in rows} == {len(rows[0])}
        for cell in (cell for row in rows for cell in row):
            bare = unicodedata.normalize("NFKC", cell).lstrip(' \n\u00a0"`')
            assert not bare.startswith(STARTS) or NUMBER.fullmatch(cell), (name, cell)
            assert not re.search(r"[;,\t]\s*[=@]", cell), (name, cell)
        assert not UNSEEN.search(text.replace("\r\n", "\n")), name


def test_json_is_valid_and_hides_nothing(outputs: Outputs) -> None:
    for name, text in outputs.json.items():
        json.loads(text, parse_constant=lambda constant: pytest.fail(constant))
        assert not UNSEEN.search(text), name
    for name, text in outputs.lines.items():
        for line in text.splitlines():
            json.loads(line)
        assert not UNSEEN.search(text), name


def test_the_bundle_is_valid_and_places_lie_on_the_globe(outputs: Outputs) -> None:
    result = validate_instance(
        json.loads(outputs.json["export stix None"]), ValidationOptions(version="2.1", enforce_refs=True)
    )
    assert result.is_valid, [str(error) for error in result.errors][:5]
    places = json.loads(outputs.json["export geojson None"])["features"]
    assert len(places) > len(ATTACKS)
    for place in places:
        if place["geometry"] is not None:
            east, north = place["geometry"]["coordinates"]
            assert abs(east) <= 180
            assert abs(north) <= 90


def test_feeds_are_well_formed_and_link_to_plain_addresses(outputs: Outputs) -> None:
    schema = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "data" / "atom.rng"))
    for name in ("briefings.atom", "incidents.atom"):
        raw = (outputs.folder / name).read_bytes()
        assert not UNSEEN.search(raw.decode()), name
        feed = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
        assert schema.validate(feed), schema.error_log
        for element in feed.iter():
            assert etree.QName(element).localname not in ("script", "img", "iframe", "object", "style")
            assert not [key for key in element.attrib if str(key).startswith("on")]
            if (href := element.get("href")) is not None:
                assert re.match(r"https?://[a-z0-9.\-\[]|[\w-]+\.(html|md|atom)(#[\w-]+)?$", href), href


def test_a_message_has_one_line_of_subject_and_nothing_that_acts(outputs: Outputs) -> None:
    for message in outputs.sent:
        assert set(message) == {"version", "title", "message", "attachments", "type", "alert_id"}
        harmless(message["title"], message["message"])
    (mail,) = outputs.box.mails
    assert mail["Bcc"] is None
    assert mail.get_content_type() == "text/plain"
    assert str(mail["To"]) == "duty@desk.example"
    harmless(str(mail["Subject"]), mail.get_content().replace("\r\n", "\n"))


def harmless(subject: str, body: str) -> None:
    assert len(subject) <= 120
    assert "\n" not in subject
    assert len(body) < 20_000
    for text in (subject, body):
        assert not UNSEEN.search(text)
        told = "\n".join(line for line in text.splitlines() if ": http" not in line)
        for live in ("<", "@e", "javascript:a", "data:t", "](", "://", "`", "www.e", "@here"):
            assert live not in told, (live, told)
    for address in re.findall(r": (https?://\S+)", body):
        assert re.fullmatch(r"https?://[a-z0-9.\-\[][!-~]*", address), address


def test_a_terminal_sees_no_escape_and_a_log_no_line_that_is_not_ours(outputs: Outputs) -> None:
    for name, text in outputs.printed.items():
        assert not UNSEEN.search(text), name
    for line in outputs.printed["log"].splitlines():
        assert re.match(r"2026-03-\d\dT\d\d:\d\d:\d\dZ ", line), line


def test_a_query_that_fails_on_a_value_quotes_it_without_its_escapes(
    outputs: Outputs, capsys: pytest.CaptureFixture[str]
) -> None:
    for sql in ("SELECT title::INTEGER FROM articles", "SELECT error(title) FROM articles WHERE title LIKE '%owned%'"):
        folder = str(outputs.folder.parent)
        code = guarded(lambda sql=sql, folder=folder: app(["query", sql, "-c", folder], standalone_mode=False))
        assert code == 1
        assert not UNSEEN.search(capsys.readouterr().err)
