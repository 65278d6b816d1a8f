from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from nlp.records import FacilityArgument
from nlp.resolve import Assignment, Resolution
from store.database import Ledger
from store.incidents import get_incident_reports, get_open_incidents, get_stale_incidents, get_unresolved_reports
from store.resolution import apply_resolution
from store.sources import sync_sources
from store.stories import Fingerprint, add_fingerprints
from store.views import get_incident
from tests.store.samples import (
    NIGHT,
    TEXT,
    add,
    annotate_all,
    count_rows,
    find,
    make_annotation,
    make_article,
    make_event,
    make_full_annotation,
    make_source,
    resolve_all,
    tell_night,
)


def test_two_publishers_of_one_attack_make_one_incident_with_two_reports(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    ((incident_id,),) = ledger.rows("SELECT incident_id FROM incidents")
    view = get_incident(ledger, incident_id)
    assert view is not None
    assert [report.source_id for report in view.reports] == ["daily", "herald"]
    assert view.independent_reports == 2
    assert view.facility_ids == ("sample-bay",)
    assert view.occurred_on == date(2026, 3, 1)
    assert [revision.field for revision in view.revisions] == ["created"]


def test_the_same_resolution_applied_twice_changes_nothing(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    before = count_rows(ledger), ledger.rows("SELECT * FROM incident"), ledger.rows("SELECT * FROM incident_event")
    resolve_all(ledger, "r2", NIGHT + timedelta(days=1))
    assert get_unresolved_reports(ledger) == []
    assert before == (
        count_rows(ledger),
        ledger.rows("SELECT * FROM incident"),
        ledger.rows("SELECT * FROM incident_event"),
    )


def test_resolution_given_again_as_it_was_adds_no_row(ledger: Ledger) -> None:
    tell_night(ledger, ["daily", "herald"])
    rows = count_rows(ledger)
    links = ledger.rows("SELECT event_id, incident_id, founded, score, reason FROM incident_event ORDER BY event_id")
    again = Resolution(
        assignments=tuple(
            Assignment(event_id=e, incident_id=i, founded=f, score=s, reason=r) for e, i, f, s, r in links
        ),
        parents=(),
        suggestions=(),
    )
    assert apply_resolution(ledger, again, {}, "r2", NIGHT) == 0
    assert count_rows(ledger) == rows


def test_wire_copies_are_not_independent(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source(one) for one in ("daily", "herald", "wireco")])
    added = [add(ledger, make_article(f"https://{one}.example/a", source=one)) for one in ("daily", "herald", "wireco")]
    add_fingerprints(
        ledger,
        [
            Fingerprint(version_id=one.version_id or "", wire=wire, origin=origin, digest=(1, 2))
            for one, wire, origin in zip(
                added, ("wireco", None, None), ("wire:wireco", "wire:wireco", "family:wireco"), strict=True
            )
        ],
    )
    annotate_all(ledger)
    assert [report.wire for report in get_unresolved_reports(ledger)].count("wireco") == 2
    resolve_all(ledger)
    assert ledger.rows("SELECT reports, independent_reports FROM incidents") == [(3, 1)]


def test_edited_article_replaces_its_own_report_and_the_change_is_a_revision(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    edited = TEXT.replace("3 people", "5 people")
    add(ledger, make_article(text=edited, at=NIGHT + timedelta(days=1)), "r2")
    annotate_all(ledger, lambda document: make_full_annotation(document.text, killed=5), "r2")
    ((incident_id,),) = ledger.rows("SELECT incident_id FROM incidents")
    assert get_stale_incidents(ledger) == [incident_id]
    resolve_all(ledger, "r2", NIGHT + timedelta(days=1))
    assert get_stale_incidents(ledger) == []
    assert ledger.rows("SELECT incident_id, reports, killed_min, status FROM incidents") == [
        (incident_id, 1, 5, "occurred")
    ]
    assert ledger.rows(
        "SELECT field, old, new, run_id FROM revisions WHERE field <> 'created' ORDER BY revision_number"
    ) == [(name, "3", "5", "r2") for name in ("killed_min", "killed_max", "killed_low", "killed_high")]
    assert ledger.rows("SELECT value FROM incident_facts WHERE field = 'killed'") == [("5",)]
    assert ledger.rows("SELECT value FROM claim WHERE field = 'killed' ORDER BY value") == [("3",), ("5",)]


def test_incident_whose_article_takes_it_back_is_retracted_with_its_words_kept(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    add(ledger, make_article(text="Nothing happened after all.", at=NIGHT + timedelta(days=1)), "r2")
    annotate_all(ledger, lambda document: make_annotation(), "r2")
    resolve_all(ledger, "r2", NIGHT + timedelta(days=1))
    ((incident_id, status),) = ledger.rows("SELECT incident_id, status FROM incidents")
    assert status == "retracted"
    view = get_incident(ledger, incident_id)
    assert view is not None
    assert view.reports == ()
    assert {fact.superseded for fact in view.facts} == {True}
    assert any("killing 3 people" in fact.quote.sentence for fact in view.facts)
    assert [(one.field, one.new) for one in view.revisions[1:]] == [
        ("status", "retracted"), ("credibility", "6"), ("evidence_tier", "retracted"), ("report", None),
    ]  # fmt: skip


def test_article_that_returns_to_its_first_wording_revives_the_incident(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    ids = ledger.rows("SELECT incident_id FROM incidents")
    add(ledger, make_article(text="Nothing happened after all.", at=NIGHT + timedelta(days=1)), "r2")
    annotate_all(ledger, lambda document: make_annotation(), "r2")
    resolve_all(ledger, "r2", NIGHT + timedelta(days=1))
    add(ledger, make_article(at=NIGHT + timedelta(days=2)), "r3")
    assert annotate_all(ledger, run_id="r3") == 0
    resolve_all(ledger, "r3", NIGHT + timedelta(days=2))
    assert ledger.rows("SELECT incident_id FROM incidents") == ids
    assert ledger.rows("SELECT status, reports FROM incidents") == [("occurred", 1)]


def test_unread_new_version_leaves_the_old_report_standing(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    add(ledger, make_article(text="Edited.", at=NIGHT + timedelta(days=1)), "r2")
    annotate_all(ledger, lambda document: make_annotation(error="killed on its time limit", relevant=None), "r2")
    assert get_stale_incidents(ledger) == []
    assert ledger.rows("SELECT status, reports FROM incidents") == [("occurred", 1)]


def test_late_report_joins_the_incident_of_an_earlier_night(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    sync_sources(ledger, [make_source("daily"), make_source("late")])
    add(ledger, make_article("https://late.example/a", source="late", at=NIGHT + timedelta(days=6)), "r2")
    annotate_all(ledger, run_id="r2")
    resolve_all(ledger, "r2", NIGHT + timedelta(days=6))
    assert ledger.rows("SELECT reports FROM incidents") == [(2,)]
    assert ledger.rows("SELECT field, new FROM revisions WHERE field = 'report'") == [
        ("report", "https://late.example/a")
    ]


def test_salvo_on_two_plants_gives_a_parent_and_two_children_with_their_own_facts(ledger: Ledger) -> None:
    text = TEXT.replace("oil terminal near", "oil terminal and the Far Point refinery near")
    both = (
        make_event().facilities[0],
        FacilityArgument(
            name="Far Point Refinery", facility_type="refinery", span=find(text, "Far Point refinery"),
            facility_id="far-point", countries=("RU",),
        ),
    )  # fmt: skip
    sync_sources(ledger, [make_source()])
    add(ledger, make_article(text=text))
    annotate_all(ledger, lambda document: make_annotation([make_event(text, facilities=both)]))
    resolve_all(ledger)
    found = ledger.rows("SELECT incident_id, parent_id, facility_ids, killed_min FROM incidents ORDER BY facility_ids")
    children = [row for row in found if row[1] is not None]
    ((parent_id, _, targets, _),) = [row for row in found if row[1] is None]
    assert sorted(targets) == ["far-point", "sample-bay"]
    assert [row[2] for row in children] == [["far-point"], ["sample-bay"]]
    assert ledger.rows(
        "SELECT value FROM incident_facts WHERE incident_id = ? AND field IN ('facility', 'killed')", [children[0][0]]
    ) == [("Far Point Refinery",)]
    known = get_open_incidents(ledger, near=get_incident_reports(ledger, [parent_id])[parent_id])
    assert {one.id: one.is_parent for one in known} == {parent_id: True} | {row[0]: False for row in children}
    assert {len(report.event.facilities) for one in known if not one.is_parent for report in one.reports} == {1}


def test_candidates_are_those_near_the_reports_in_time(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    ((incident_id,),) = ledger.rows("SELECT incident_id FROM incidents")
    (report,) = get_incident_reports(ledger, [incident_id])[incident_id]
    far = replace(
        report,
        article_id="another",
        event=make_event(day=date(2024, 3, 1)),
        published_at=NIGHT - timedelta(days=730),
    )
    near = replace(far, event=make_event(day=date(2026, 3, 3)))
    assert get_open_incidents(ledger, near=[far]) == []
    assert [one.id for one in get_open_incidents(ledger, near=[near])] == [incident_id]
    assert [one.id for one in get_open_incidents(ledger, near=[replace(far, article_id=report.article_id)])] == [
        incident_id
    ]
    assert get_open_incidents(ledger, near=[]) == []


@pytest.mark.parametrize(
    ("change", "resolved"),
    [
        ({}, 1),
        ({"factuality": "attributed"}, 1),
        ({"factuality": "denied"}, 1),
        ({"factuality": "threatened"}, 1),
        ({"factuality": "foiled"}, 1),
        ({"factuality": "historical"}, 0),
        ({"factuality": "hypothetical"}, 0),
        ({"factuality": "exercise"}, 0),
        ({"event_type": "sanction"}, 0),
        ({"event_type": "market"}, 0),
    ],
)
def test_only_happenings_and_what_announces_them_are_resolved(
    ledger: Ledger, change: dict[str, str], resolved: int
) -> None:
    add(ledger, make_article())
    annotate_all(ledger, lambda document: make_annotation([make_event(**change)]))
    assert len(get_unresolved_reports(ledger)) == resolved


def test_report_comes_back_as_the_annotation_gave_it(ledger: Ledger) -> None:
    sync_sources(ledger, [make_source()])
    add(ledger, make_article())
    annotation = make_full_annotation()
    annotate_all(ledger, lambda document: annotation)
    (report,) = get_unresolved_reports(ledger)
    assert report.event == annotation.events[0]
    assert report.quantities == annotation.quantities
    assert (report.source_id, report.family, report.wire) == ("daily", "daily-group", None)


def test_new_incident_without_fields_is_an_error_and_nothing_is_stored(ledger: Ledger) -> None:
    add(ledger, make_article())
    annotate_all(ledger)
    rows = count_rows(ledger)
    (report,) = get_unresolved_reports(ledger)
    made = Assignment(event_id=report.event_id, incident_id="inc-1", founded=True, score=1.0, reason="first")
    with pytest.raises(ValueError, match="inc-1"):
        apply_resolution(ledger, Resolution(assignments=(made,), parents=(), suggestions=()), {}, "r1", NIGHT)
    assert count_rows(ledger) == rows


def test_a_range_of_losses_and_the_report_that_moved_the_status_are_kept(ledger: Ledger) -> None:
    tell_night(ledger, ["daily"])
    ((losses, tier, credibility, event_id, moved_by),) = ledger.rows(
        "SELECT i.losses, i.evidence_tier, i.credibility, ie.event_id, i.status_event_id FROM stored.incident i "
        "JOIN stored.incident_event ie ON ie.incident_id = i.incident_id"
    )
    assert json.loads(losses) == [
        {"unit": "bbl/d", "minimum": 500_000.0, "maximum": 500_000.0, "low": 500_000.0, "high": 500_000.0}
    ]
    assert (tier, credibility, moved_by) == ("official", 2, event_id)
