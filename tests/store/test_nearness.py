"""What a night asks of the archive is found without reading it, and is what reading it would give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import resources

import pytest

from nlp.fingerprint import compute_digest
from nlp.reach import reach_of
from nlp.records import DateSpan
from store.annotations import add_annotations
from store.database import Ledger
from store.incidents import get_incident_reports
from store.nearness import find_near
from store.stories import (
    Fingerprint,
    add_fingerprints,
    drop_digests,
    get_fingerprints,
    get_story_states,
)
from tests.store.samples import MODEL, NIGHT, add, make_annotation, make_article, make_event, tell_night

DATES = {
    "day": DateSpan(start=date(2026, 3, 1), end=date(2026, 3, 1), precision="day", basis="relative"),
    "week": DateSpan(start=date(2026, 2, 23), end=date(2026, 3, 1), precision="week", basis="explicit"),
    "month": DateSpan(start=date(2026, 2, 1), end=date(2026, 2, 28), precision="month", basis="explicit"),
    "year": DateSpan(start=date(2026, 1, 1), end=date(2026, 3, 2), precision="year", basis="explicit"),
    "publication": DateSpan(start=date(2026, 3, 2), end=date(2026, 3, 2), precision="day", basis="publication"),
    "none": None,
}


@pytest.mark.parametrize("kind", DATES)
def test_migration_and_writer_agree_on_the_reach_of_an_event(ledger: Ledger, kind: str) -> None:
    event = replace(make_event(), date=DATES[kind])
    added = add(ledger, make_article())
    assert added.version_id is not None
    add_annotations(ledger, [(added.version_id, make_annotation([event]))], "r1", MODEL)
    written = ledger.rows("SELECT near_from, near_until FROM event")
    assert written == [reach_of(event, (NIGHT - timedelta(hours=3)).date())]
    sql = resources.files("store").joinpath("migrations/0005_scale.sql").read_text(encoding="utf-8")
    (backfill,) = [part for part in sql.split(";\n") if "UPDATE stored.event" in part]
    ledger.execute("UPDATE event SET near_from = NULL, near_until = NULL")
    ledger.execute(backfill)
    assert ledger.rows("SELECT near_from, near_until FROM event") == written


def test_incidents_are_found_by_time_by_article_and_by_what_they_share(ledger: Ledger) -> None:
    tell_night(ledger)
    ((incident_id,),) = ledger.rows("SELECT incident_id FROM incidents")
    (report,) = get_incident_reports(ledger, [incident_id])[incident_id]
    other = replace(report, article_id="another", story_id=None)

    def found(days: int, **changes: object) -> bool:
        event = replace(make_event(day=date(2026, 3, 1) + timedelta(days=days)), **changes)  # type: ignore[arg-type]
        return find_near(ledger, [replace(other, event=event)]) == [incident_id]

    assert found(10, facilities=())
    assert not found(11, facilities=())
    assert not found(-11, facilities=())
    assert found(14, facilities=(), date=None)
    assert found(30)
    assert not found(40)
    assert find_near(ledger, [replace(report, event=make_event(day=date(2020, 1, 1)))]) == [incident_id]
    assert find_near(ledger, []) == []


def test_only_prints_that_agree_in_a_band_are_handed_out_and_old_ones_are_forgotten(ledger: Ledger) -> None:
    told = " ".join(f"word{n} and more" for n in range(60))
    texts = [told, told + " with a new end", " ".join(f"other{n} thing" for n in range(60))]
    prints = []
    for number, text in enumerate(texts):
        added = add(ledger, make_article(f"https://daily.example/{number}", text=text))
        assert added.version_id is not None
        digest = compute_digest("", text)
        prints.append(Fingerprint(version_id=added.version_id, wire=None, origin="family:x", digest=digest))
    add_fingerprints(ledger, prints)
    add_fingerprints(ledger, prints)
    day = timedelta(days=1)
    everything = {one.version_id for one in get_fingerprints(ledger, NIGHT - day)}
    assert everything == {one.version_id for one in prints}
    alike = {one.version_id for one in get_fingerprints(ledger, NIGHT - day, like=[prints[0].digest, ()])}
    assert alike == {prints[0].version_id, prints[1].version_id}
    assert get_fingerprints(ledger, NIGHT - day, like=[]) == []
    drop_digests(ledger, NIGHT + day)
    assert get_fingerprints(ledger, NIGHT - day) == []
    assert ledger.rows("SELECT count(*) FROM fingerprint") == [(3,)]


def test_stories_are_handed_out_where_an_article_could_still_join_them(ledger: Ledger) -> None:
    for name, back in (("a", 0), ("b", 30), ("c", 60)):
        ledger.execute("INSERT INTO story VALUES (?, '[]', 1, ?, 'r')", [name, NIGHT - timedelta(days=back)])

    def found(*days: int) -> list[str]:
        near = [NIGHT - timedelta(days=back) for back in days]
        return [one.id for one in get_story_states(ledger, NIGHT - timedelta(days=90), near=near)]

    assert found(0) == ["a"]
    assert found(5, 65) == ["a", "c"]
    assert found(45) == []
    assert found() == []
