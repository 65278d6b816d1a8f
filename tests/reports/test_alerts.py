"""Which alerts fire, and again only on escalation; and what a message says, whatever the articles hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reports.alert_replay import replay_nights, view_at
from reports.alert_rules import AlertRule, Circle, Loss, match_rule
from reports.alert_text import TITLE_CHARACTERS, AlertMessage, MessageSettings, write_messages
from reports.alerts import Alert, AlertLimits, AlertState, Fired, decide_alerts
from reports.plain_text import plain
from store.records import IncidentView
from tests.reports.attacks import ATTACKS, BAD_LINKS
from tests.reports.builders import NOW, Told, incident, revision

RULE = AlertRule(name="Black Sea", targets=("desk",))
NEXT = NOW + timedelta(days=1)
STORY = Told(
    id="a1",
    publisher="Gulf Wire",
    sentences=(
        "Drones hit the Ras Baya terminal near Novorossiysk in Russia on Friday, the ministry said.",
        "Two people were killed and 200,000 barrels a day were lost.",
    ),
)


def terminal(id_: str = "inc-1", *, killed: float = 0, lost: float = 0, **fields: Any) -> IncidentView:
    """An attack on a terminal, with the figures given."""
    facts = [
        STORY.fact("facility", "Ras Baya terminal", "Ras Baya terminal", detail="ras-baya"),
        STORY.fact("place", "Novorossiysk", "Novorossiysk"),
        STORY.grade("attributed", "the ministry said", speaker="the ministry"),
    ]
    if killed:
        facts.append(STORY.number("killed", killed, "Two people", "people"))
    if lost:
        facts.append(STORY.number("lost", lost, "200,000 barrels a day", "bbl/d"))
    basis: dict[str, Any] = {
        "facilities": ("Ras Baya terminal",), "facility_ids": ("ras-baya",), "facility_type": "oil_terminal",
        "place": "Novorossiysk", "country": "RU", "countries": ("RU",), "latitude": 44.7, "longitude": 37.8,
        "risks": ("physical_attack",), "actors": ("the Houthis",), "evidence_tier": "corroborated", "credibility": 2,
    }  # fmt: skip
    return incident(id_, (STORY,), tuple(facts), **(basis | fields))


def decide(*views: IncidentView, rule: AlertRule = RULE, fired: Any = (), now: Any = NOW, **limits: Any) -> list[Alert]:
    return decide_alerts(views, [rule], fired, now=now, limits=AlertLimits(**limits))


def after(alerts: list[Alert], before: Any = ()) -> list[Fired]:
    """What a ledger would have kept of these decisions."""
    kept = {(one.rule, one.incident_id): one for one in before}
    for one in alerts:
        kept[one.rule, one.incident_id] = Fired(
            rule=one.rule, incident_id=one.incident_id, at=NOW, told=one.told or one.told_before, state=one.state
        )
    return list(kept.values())


def kinds(alerts: list[Alert]) -> list[str]:
    return [one.kind for one in alerts]


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({}, True),
        ({"risks": ("cyber", "physical_attack")}, True),
        ({"risks": ("cyber",)}, False),
        ({"event_types": ("attack",)}, True),
        ({"event_types": ("outage",)}, False),
        ({"severity": "minor"}, True),
        ({"severity": "severe"}, False),
        ({"facilities": {"ras-baya": "Ras Baya terminal"}}, True),
        ({"facilities": {"other": "Other"}}, False),
        ({"facility_types": ("oil_terminal", "refinery")}, True),
        ({"facility_types": ("refinery",)}, False),
        ({"countries": ("UA", "RU")}, True),
        ({"countries": ("UA",)}, False),
        ({"within": Circle(latitude=44.0, longitude=37.8, km=100)}, True),
        ({"within": Circle(latitude=43.0, longitude=37.8, km=100)}, False),
        ({"within": Circle(latitude=0, longitude=0, km=1, facility_id="ras-baya", name="Ras Baya")}, True),
        ({"actors": ("Houthi",)}, True),
        ({"actors": ("ISIS",)}, False),
        ({"evidence": "corroborated"}, True),
        ({"evidence": "official"}, False),
        ({"credibility": 2}, True),
        ({"credibility": 1}, False),
        ({"losses": (Loss(amount=200_000, unit="bbl/d"),)}, True),
        ({"losses": (Loss(amount=500, unit="MW"), Loss(amount=100_000, unit="bbl/d"))}, True),
        ({"losses": (Loss(amount=200_001, unit="bbl/d"),)}, False),
        ({"states": ("threatened",)}, False),
        ({"states": ("asserted",)}, True),
        ({"states": ("attributed",)}, False),
        ({"countries": ("RU",), "risks": ("cyber",)}, False),
    ],
)
def test_all_conditions_hold_together_and_values_of_one_are_alternatives(
    conditions: dict[str, Any], matches: bool
) -> None:
    reasons = match_rule(terminal(lost=200_000), replace(RULE, **conditions))
    assert (reasons is not None) == matches


def test_a_loss_told_by_the_year_meets_a_threshold_told_by_the_day() -> None:
    view = incident("inc-1", (STORY,), (STORY.number("lost", 10, "200,000 barrels a day", "bcm/y"),))
    assert match_rule(view, replace(RULE, losses=(Loss(amount=27e6, unit="m3/d"),))) is not None
    assert match_rule(view, replace(RULE, losses=(Loss(amount=28e6, unit="m3/d"),))) is None


@pytest.mark.parametrize("status", ["threatened", "planned", "foiled", "denied", "disputed"])
def test_what_has_not_happened_fires_only_where_the_rule_asks_for_it(status: str) -> None:
    view = terminal(status=status, factuality=status if status != "disputed" else "attributed")
    assert decide(view) == []
    assert kinds(decide(view, rule=replace(RULE, states=(status,)))) == ["first"]


def test_a_rule_fires_once_for_an_incident() -> None:
    first = decide(terminal())
    assert kinds(first) == ["first"]
    assert decide(terminal(), fired=after(first), now=NEXT) == []


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        ({}, {"killed": 2}, "killed"),
        ({"killed": 20}, {"killed": 21}, None),
        ({"killed": 20}, {"killed": 22}, "killed"),
        ({"killed": 2}, {"killed": 1}, None),
        ({"lost": 100_000}, {"lost": 140_000}, None),
        ({"lost": 100_000}, {"lost": 150_000}, "larger loss"),
        ({"lost": 150_000}, {"lost": 100_000}, None),
        ({"status": "restored"}, {"status": "ongoing"}, "goes on"),
        ({"status": "partly_restored"}, {"status": "ongoing"}, "goes on"),
        ({"status": "ongoing"}, {"status": "restored"}, None),
        ({"status": "occurred"}, {"status": "restored"}, None),
        ({}, {"evidence_tier": "official"}, None),
    ],
)
def test_it_fires_again_on_escalation_only(before: dict[str, Any], now: dict[str, Any], word: str | None) -> None:
    first = decide(terminal(**before))
    again = decide(terminal(**now), fired=after(first), now=NEXT)
    assert kinds(again) == (["worse"] if word else [])
    if word:
        assert any(word in change for change in again[0].changes)


def test_a_higher_level_is_an_escalation_and_is_measured_from_the_last_firing() -> None:
    first = decide(terminal())
    worse = decide(terminal(killed=2, lost=200_000), fired=after(first), now=NEXT)
    assert any(change.startswith("severity raised from") for change in worse[0].changes)
    fired = after(worse, after(first))
    assert decide(terminal(), fired=fired, now=NEXT) == []
    assert decide(terminal(killed=2, lost=200_000), fired=fired, now=NEXT) == []


def test_better_evidence_is_told_only_where_the_rule_asks_for_evidence() -> None:
    rule = replace(RULE, evidence="corroborated")
    first = decide(terminal(), rule=rule)
    again = decide(terminal(evidence_tier="official"), rule=rule, fired=after(first), now=NEXT)
    assert again[0].changes == ("now borne out by an official source",)


@pytest.mark.parametrize("status", ["denied", "disputed", "retracted", "dismissed", "merged"])
def test_an_alert_whose_incident_falls_is_followed_up_once(status: str) -> None:
    first = decide(terminal())
    fallen = terminal(status=status, merged_into="inc-9" if status == "merged" else None)
    told = decide(fallen, fired=after(first), now=NEXT)
    assert kinds(told) == ["fallen"]
    assert decide(fallen, fired=after(told, after(first)), now=NEXT) == []
    again = decide(terminal(), fired=after(told, after(first)), now=NEXT)
    assert again[0].changes == ("it stands again",)


def test_what_was_never_told_is_not_followed_up() -> None:
    known = decide(terminal(), starting={RULE.name: NOW})
    assert kinds(known) == ["known"]
    assert decide(terminal(status="denied"), fired=after(known), now=NEXT) == []


def test_a_new_rule_takes_note_of_what_the_ledger_knew_and_tells_what_gets_worse() -> None:
    old = terminal(created_at=NOW - timedelta(days=3))
    fresh = terminal("inc-2", created_at=NOW + timedelta(seconds=1))
    seen = decide(old, fresh, starting={RULE.name: NOW})
    assert {one.incident_id: one.kind for one in seen} == {"inc-1": "known", "inc-2": "first"}
    worse = decide(replace(terminal(killed=2), created_at=old.created_at), fired=after(seen), now=NEXT)
    assert (kinds(worse), bool(worse[0].changes)) == (["first"], True)


def test_a_rule_told_to_look_back_tells_what_was_reported_since() -> None:
    old = terminal(created_at=NOW - timedelta(days=30))
    back = {"starting": {RULE.name: NOW - timedelta(days=40)}, "reached_back": True}
    assert kinds(decide(old, **back)) == ["first"]
    back["starting"] = {RULE.name: NOW + timedelta(days=1)}
    assert kinds(decide(old, **back)) == ["known"]


def test_news_of_weeks_ago_is_kept_and_not_told() -> None:
    stale = terminal(last_reported_at=NOW - timedelta(days=8))
    assert kinds(decide(stale)) == ["known"]
    told = after(decide(terminal()))
    assert kinds(decide(terminal(killed=2, last_reported_at=NOW - timedelta(days=8)), fired=told)) == ["known"]


def salvo() -> list[IncidentView]:
    whole = terminal("inc-0", facilities=("Ras Baya terminal", "Other terminal"), facility_ids=("ras-baya", "other"))
    return [whole, terminal("inc-1", parent_id="inc-0"), terminal("inc-2", parent_id="inc-0", lost=200_000)]


def test_a_salvo_is_one_alert_that_names_the_parts_that_fit() -> None:
    rule = replace(RULE, losses=(Loss(amount=100_000, unit="bbl/d"),))
    told = decide(*salvo(), rule=rule)
    assert [(one.incident_id, one.parts) for one in told] == [("inc-0", ("inc-2",))]
    assert decide(*salvo(), rule=rule, fired=after(told), now=NEXT) == []


def test_a_rule_may_have_the_parts_told_one_by_one() -> None:
    told = decide(*salvo(), rule=replace(RULE, parts=True))
    assert sorted(one.incident_id for one in told) == ["inc-1", "inc-2"]


def test_an_incident_that_becomes_part_of_a_whole_is_not_told_again() -> None:
    alone = decide(terminal("inc-1"))
    assert decide(*salvo()[:2], fired=after(alone), now=NEXT) == []


def test_what_an_incident_was_merged_into_inherits_that_it_was_told() -> None:
    fired = after(decide(terminal("inc-1")))
    views = [terminal("inc-1", status="merged", merged_into="inc-2"), terminal("inc-2")]
    told = decide(*views, fired=fired, now=NEXT)
    assert {one.incident_id: one.kind for one in told} == {"inc-1": "fallen", "inc-2": "known"}
    fired = after(told, fired)
    assert decide(views[1], fired=fired, now=NEXT) == []
    assert kinds(decide(terminal("inc-2", status="denied"), fired=fired, now=NEXT)) == ["fallen"]


def test_two_thousand_incidents_are_decided_for_twenty_rules() -> None:
    views = [terminal(f"inc-{number}", killed=number % 3) for number in range(2000)]
    rules = [replace(RULE, name=f"rule {number}", severity="moderate") for number in range(20)]
    told = decide_alerts(views, rules, (), now=NOW)
    assert len({(one.rule, one.incident_id) for one in told}) == len(told)
    assert len(write_messages(told, {view.id: view for view in views}, rules, now=NOW)) == 20  # a digest each


def messages(*views: IncidentView, fired: Any = (), rules: Any = (RULE,), **settings: Any) -> list[AlertMessage]:
    alerts = decide_alerts(views, list(rules), fired, now=NOW)
    return write_messages(
        alerts, {view.id: view for view in views}, list(rules), now=NOW, settings=MessageSettings(**settings)
    )


def test_a_message_says_what_who_how_sure_why_and_where_more_is() -> None:
    (one,) = messages(terminal(killed=2, lost=200_000))
    assert one.title == (
        "Severe: Ras Baya terminal near Novorossiysk, Russia: attack — 2 killed, 200,000 barrels a day lost"
    )
    for words in (
        "2 killed (Gulf Wire).", "HOW SURE", "severe: people killed", f"Gulf Wire, 21 November 2026: {STORY.url}",
        'rule "Black Sea"', "linewalker incident inc-1", one.id,
    ):  # fmt: skip
        assert words in one.body
    assert one.withheld == 0


def test_a_threat_does_not_read_like_a_happening() -> None:
    view = terminal(status="threatened", factuality="threatened")
    (one,) = messages(view, rules=[replace(RULE, states=("threatened",))])
    assert one.title.startswith("Threatened, ")


def test_a_later_message_says_first_what_changed() -> None:
    fired = after(decide(terminal()))
    (worse,) = messages(terminal(killed=2), fired=fired)
    assert worse.title.startswith("Worse, ")
    assert worse.body.startswith("Worse than at the alert of 22 November 2026, 05:30 UTC: ")
    (fallen,) = messages(terminal(status="retracted"), fired=fired)
    assert fallen.title.startswith("Retracted: ")
    assert "no longer stands: no article tells it any more." in fallen.body


def test_a_sentence_that_its_words_do_not_bear_out_is_left_out() -> None:
    wrong = STORY.number("killed", 7, "Two people", "people")
    view = terminal()
    (one,) = messages(replace(view, facts=(*view.facts, wrong)))
    assert one.withheld
    assert "7" not in one.title
    assert "7 killed" not in one.body
    assert "linewalker incident inc-1" in one.body


def test_one_incident_is_one_message_whatever_rules_fire_on_it() -> None:
    rules = [RULE, replace(RULE, name="Second", targets=("desk", "chief"))]
    (one,) = messages(terminal(), rules=rules)
    assert one.targets == ("desk", "chief")
    assert 'rule "Black Sea"' in one.body
    assert 'rule "Second"' in one.body


def test_a_storm_is_one_digest_and_a_first_night_is_one_at_once() -> None:
    views = [terminal(f"inc-{number}") for number in range(12)]
    assert len(messages(*views[:10])) == 10
    (digest,) = messages(*views, digest_lines=5)
    assert digest.title == "12 alerts, up to moderate: Black Sea"
    assert (digest.body.count("linewalker incident "), len(digest.alerts)) == (5, 12)
    assert "and 7 more" in digest.body
    assert len(messages(*views[:2], first_night=True)) == 1


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_from_an_article_acts_in_a_message(attack: str) -> None:
    hostile = Told(
        id="a1", publisher=attack, sentences=(f"{attack} hit {attack} near {attack} in Russia.",), title=attack
    )
    facts = (
        hostile.fact("facility", attack, attack), hostile.fact("place", attack, attack),
        hostile.fact("actor", attack, attack, detail="attacker"),
        hostile.grade("attributed", "in Russia", speaker=attack),
    )  # fmt: skip
    view = incident(
        "inc-1", (hostile,), facts, facilities=(attack,), facility_ids=("x",), place=attack, country="RU",
        actors=(attack,), claimed_by=(attack,),
    )  # fmt: skip
    (one,) = messages(view)
    assert len(one.title) <= TITLE_CHARACTERS
    assert one.title.replace("\u2060", "").isprintable()
    lines = one.body.split("\n")
    assert all(line.replace("\u2060", "").isprintable() for line in lines)
    told = "\n".join(line for line in [one.title, *lines] if ": http" not in line)
    for live in ("<", "@e", "@evil", "javascript:a", "data:t", "](", "://", "www.e", "`", "\r", "\u202e", "\x1b"):
        assert live not in told
    assert len(one.body) < 20_000


@pytest.mark.parametrize("url", BAD_LINKS)
def test_an_address_that_is_not_safe_is_not_printed(url: str) -> None:
    view = terminal()
    facts = tuple(replace(fact, quote=replace(fact.quote, url=url)) for fact in view.facts)
    (one,) = messages(replace(view, facts=facts))
    assert "(its address is not safe to print)" in one.body
    assert not url.strip() or url not in one.body


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("@everyone", "@\u2060everyone"),
        ("<!channel>", "‹!channel›"),
        ("[bank](https://evil.example)", "[bank]\u2060(https:\u2060//evil.example)"),
        ("two\r\nBcc: x@evil.example", "two Bcc: x@\u2060evil.example"),
        ("Ras Baya terminal: 3.5 km", "Ras Baya terminal: 3.5 km"),
    ],
)
def test_plain_text_keeps_words_and_disarms_signs(given: str, shown: str) -> None:
    assert plain(given) == shown


def test_the_state_is_kept_whole() -> None:
    from store.codec import from_json, to_json

    state = AlertState(level="severe", state="ongoing", killed=2, losses=(("bbl/d", 1.5),), tier="official")
    assert from_json(AlertState, to_json(state)) == state


def test_an_incident_is_shown_as_it_was_on_a_past_night() -> None:
    changed = replace(revision("inc-1", "status", "occurred", "ongoing", "told"), revised_at=NOW)
    view = terminal(status="ongoing", revisions=(changed,), created_at=NOW - timedelta(days=2))
    assert view_at(view, NOW - timedelta(days=3)) is None
    before = view_at(view, NOW - timedelta(hours=1))
    assert before is not None
    assert (before.status, before.revisions) == ("occurred", ())
    assert view_at(view, NOW) == view


def test_a_replay_tells_each_night_what_was_new_on_it() -> None:
    stopped = replace(revision("inc-1", "status", "occurred", "ongoing", "told"), revised_at=NOW)
    nights = [NOW - timedelta(days=1), NOW]
    views = [
        terminal("inc-1", status="ongoing", revisions=(stopped,), created_at=nights[0] - timedelta(hours=1)),
        terminal("inc-2", created_at=NOW - timedelta(days=40)),
        terminal("inc-3", created_at=NOW - timedelta(hours=1)),
    ]
    replayed = replay_nights(
        views, [RULE], nights, start=NOW - timedelta(days=30), recent=timedelta(days=7),
        settings=MessageSettings(), first_is_new=False,
    )  # fmt: skip
    told = [[(alert.incident_id, alert.kind) for one in night.messages for alert in one.alerts] for night in replayed]
    assert told == [[("inc-1", "first")], [("inc-1", "worse"), ("inc-3", "first")]]
