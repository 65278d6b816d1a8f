"""The nights that the golden files and most tests of this folder are about; all articles are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from store.records import CountedIncident, Discussed, IncidentView, Snapshot, SourceCount
from tests.reports.builders import (
    NOW,
    Told,
    health,
    incident,
    note,
    revision,
    snapshot,
    weeks,
)


def terminal_attack() -> IncidentView:
    """Told by four articles of three owners, with conflicting losses and deaths and a denial of one of them."""
    alpha = Told(
        id="a1",
        publisher="Alpha News",
        title="Drones hit Black Sea oil terminal",
        sentences=(
            "Drones struck the Caspian Pipeline Consortium terminal near Novorossiysk, southern Russia, on Saturday.",
            "Three workers were killed and at least seven injured, the regional governor said.",
            "CPC normally moves about 1.3 million barrels a day.",
            "Exports will fall by 500,000 b/d until a mooring point is repaired, the energy ministry said.",
        ),
        reliability="A",
    )
    beta = Told(
        id="b1",
        publisher="Beta Wire",
        title="Oil terminal attacked",
        sentences=(
            "Five people died in Saturday's attack on the CPC terminal in Novorossiysk, two port officials said.",
            "The consortium put the loss at 700,000 barrels per day, correcting an earlier 210,000.",
            "Ukraine's navy claimed responsibility in a statement.",
        ),
    )
    copy = Told(
        id="c1",
        publisher="Courier Online",
        family="beta wire",
        wire=None,
        sentences=("Five people died in Saturday's attack on the CPC terminal in Novorossiysk.",),
        reliability="C",
    )
    delta = Told(
        id="d1",
        publisher="Delta Post",
        sentences=("A spokesman for the port denied that anyone had been hurt at the CPC terminal.",),
        reliability="C",
    )
    facts = (
        alpha.fact("facility", "Caspian Pipeline Consortium terminal", "Caspian Pipeline Consortium terminal"),
        alpha.fact("place", "Novorossiysk", "Novorossiysk"),
        alpha.fact("occurred_on", "2026-11-21", "on Saturday"),
        alpha.grade("asserted", "Drones struck"),
        alpha.number("killed", 3, "Three workers", speaker="the regional governor", factuality="attributed"),
        alpha.number("injured", 7, "at least seven", maximum=None, speaker="the regional governor"),
        alpha.number("throughput", 1_300_000, "about 1.3 million barrels a day", "bbl/d"),
        alpha.number("lost", 500_000, "500,000 b/d", "bbl/d", speaker="the energy ministry"),
        beta.fact("facility", "Caspian Pipeline Consortium terminal", "CPC terminal"),
        beta.fact("occurred_on", "2026-11-21", "Saturday's"),
        beta.grade("attributed", "Five people died", "two port officials"),
        beta.number("killed", 5, "Five people", speaker="two port officials", factuality="attributed"),
        beta.number("lost", 700_000, "700,000 barrels per day", "bbl/d"),
        beta.number("lost", 210_000, "210,000", "bbl/d", superseded=True),
        beta.fact("claimed_by", "Ukraine's navy", "Ukraine's navy"),
        copy.number("killed", 5, "Five people"),
        delta.grade("denied", "denied", "A spokesman for the port"),
        delta.number("injured", 0, "denied that anyone", factuality="denied"),
    )
    return incident(
        "inc-0041",
        (alpha, beta, copy, delta),
        facts[:-1],
        modes=("drone",),
        facility_ids=("cpc-terminal",),
        facilities=("Caspian Pipeline Consortium terminal",),
        facility_type="oil_terminal",
        country="RU",
        countries=("RU",),
        place="Novorossiysk",
        latitude=44.66,
        longitude=37.8,
        occurred_on=date(2026, 11, 21),
        occurred_until=date(2026, 11, 21),
        date_precision="day",
        status="ongoing",
        claimed_by=("Ukraine's navy",),
        confidence=0.84,
    )


def ransomware() -> IncidentView:
    """A cyber case of one article, whose facility is known by another name than the ledger's."""
    alpha = Told(
        id="a2",
        publisher="Alpha News",
        title="Fuel line shut after ransomware",
        sentences=(
            "Meridian Fuels said ransomware had forced it to shut its Gulf Line on Friday.",
            "About 40,000 customers were without fuel oil, it said.",
            "The group calling itself Night Heron is suspected.",
        ),
    )
    return incident(
        "inc-0042",
        (alpha,),
        (
            alpha.fact("facility", "Meridian products pipeline", "Gulf Line"),
            alpha.fact("occurred_on", "2026-11-20", "on Friday"),
            alpha.grade("attributed", "Meridian Fuels said", "Meridian Fuels"),
            alpha.number("customers", 40_000, "About 40,000 customers", "customers"),
            alpha.fact("actor", "Night Heron", "Night Heron", detail="suspected"),
        ),
        event_type="cyberattack",
        factuality="attributed",
        modes=("ransomware",),
        facility_ids=("meridian-products",),
        facilities=("Meridian products pipeline",),
        facility_type="product_pipeline",
        country="US",
        latitude=29.7,
        longitude=-95.2,
        occurred_on=date(2026, 11, 20),
        date_precision="day",
        confidence=0.62,
    )


def blackout() -> IncidentView:
    """An outage that is over, with no facility by name and no date in the words."""
    gulf = Told(
        id="g1",
        publisher="Gulf Courier",
        sentences=(
            "A storm tore down lines and left 1.2 million people in Ghana without power for 14 hours.",
            "Some 900 megawatts were lost before supply was restored.",
        ),
    )
    return incident(
        "inc-0043",
        (gulf,),
        (
            gulf.grade("asserted", "A storm"),
            gulf.number("customers", 1_200_000, "1.2 million people", "people"),
            gulf.number("duration", 14, "14 hours", "hour"),
            gulf.number("lost", 900, "Some 900 megawatts", "MW"),
        ),
        event_type="outage",
        status="restored",
        facility_type="transmission_line",
        country="GH",
        latitude=7.9,
        longitude=-1.0,
        occurred_on=date(2026, 11, 20),
        date_precision="day",
        confidence=0.7,
    )


def tapping() -> IncidentView:
    """A small theft, told by place only."""
    delta = Told(
        id="d2",
        publisher="Delta Post",
        sentences=("Police in Bayelsa found an illegal tap on a crude line on 18 November, and detained two men.",),
        reliability="D",
    )
    return incident(
        "inc-0044",
        (delta,),
        (
            delta.fact("place", "Bayelsa", "Bayelsa"),
            delta.fact("occurred_on", "2026-11-18", "18 November"),
            delta.grade("attributed", "Police in Bayelsa", "Police in Bayelsa"),
            delta.number("detained", 2, "two men"),
        ),
        event_type="theft",
        factuality="attributed",
        facility_type="oil_pipeline",
        country="NG",
        place="Bayelsa",
        latitude=4.8,
        longitude=6.1,
        occurred_on=date(2026, 11, 18),
        date_precision="day",
        confidence=0.45,
    )


def threat() -> IncidentView:
    beta = Told(
        id="b3",
        publisher="Beta Wire",
        sentences=("The movement threatened to blow up the Escravos pipeline unless talks begin by 1 December.",),
    )
    return incident(
        "inc-0045",
        (beta,),
        (
            beta.fact("facility", "Escravos pipeline", "Escravos pipeline"),
            beta.grade("threatened", "threatened"),
        ),
        status="threatened",
        factuality="threatened",
        modes=("explosive",),
        facilities=("Escravos pipeline",),
        facility_ids=("escravos",),
        facility_type="oil_pipeline",
        country="NG",
    )


def denied_cut() -> IncidentView:
    gulf = Told(
        id="g4",
        publisher="Gulf Courier",
        sentences=(
            "Reports that the Estlink cable was cut on Thursday are false, the Finnish grid operator said.",
            "A social media account had claimed that it lost 650 MW.",
        ),
    )
    return incident(
        "inc-0046",
        (gulf,),
        (
            gulf.fact("facility", "Estlink cable", "Estlink cable"),
            gulf.fact("occurred_on", "2026-11-19", "on Thursday"),
            gulf.grade("denied", "are false", "the Finnish grid operator"),
        ),
        event_type="sabotage",
        status="denied",
        factuality="denied",
        modes=("cutting",),
        facilities=("Estlink cable",),
        facility_ids=("estlink",),
        facility_type="cable",
        country="FI",
        occurred_on=date(2026, 11, 19),
        date_precision="day",
    )


def changed_refinery() -> IncidentView:
    """Reported before; tonight its death toll rose and it was found to be sabotage."""
    old = Told(
        id="a8",
        publisher="Alpha News",
        sentences=("An explosion at the Ryazan refinery on Wednesday killed two people.",),
        published_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    )
    new = Told(
        id="b8",
        publisher="Beta Wire",
        sentences=("Four people have now died after Wednesday's explosion at the Ryazan refinery.",),
    )
    return incident(
        "inc-0030",
        (old, new),
        (
            old.fact("facility", "Ryazan refinery", "Ryazan refinery"),
            old.fact("occurred_on", "2026-11-18", "on Wednesday"),
            old.number("killed", 2, "two people", superseded=True),
            new.number("killed", 4, "Four people"),
            new.fact("occurred_on", "2026-11-18", "Wednesday's"),
        ),
        event_type="accident",
        facilities=("Ryazan refinery",),
        facility_ids=("ryazan-refinery",),
        facility_type="refinery",
        country="RU",
        latitude=54.6,
        longitude=39.7,
        occurred_on=date(2026, 11, 18),
        date_precision="day",
        revisions=(
            revision("inc-0030", "killed", "2", "4", "a later report of an independent publisher raises the toll"),
            revision("inc-0030", "status", "ongoing", "restored", "the operator says that the unit runs again"),
        ),
    )


def open_blockade() -> IncidentView:
    delta = Told(
        id="d9",
        publisher="Delta Post",
        sentences=("Protesters have closed the Sharara field since 9 November, the company said.",),
        published_at=datetime(2026, 11, 12, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 13, 2, 0, tzinfo=UTC),
    )
    return incident(
        "inc-0021",
        (delta,),
        (
            delta.fact("facility", "Sharara field", "Sharara field"),
            delta.fact("occurred_on", "2026-11-09", "since 9 November"),
            delta.grade("attributed", "the company", "the company"),
        ),
        event_type="blockade",
        status="ongoing",
        factuality="attributed",
        facilities=("Sharara field",),
        facility_ids=("sharara",),
        facility_type="oil_field",
        country="LY",
        latitude=26.6,
        longitude=12.2,
        occurred_on=date(2026, 11, 9),
        date_precision="day",
    )


def policy() -> Told:
    return Told(
        id="p1",
        publisher="Beta Wire",
        sentences=(
            "The European Union agreed on Friday to ban imports of Russian liquefied gas from January 2027.",
            "Brent crude rose 4% to $81.20 a barrel after the attack.",
            "Ankara and Baghdad will resume talks on the Ceyhan pipeline next month.",
        ),
    )


def resumed_terminal() -> IncidentView:
    """Told before as going on; tonight its operator says that it is back, after three days."""
    old = Told(
        id="g7",
        publisher="Gulf Courier",
        sentences=("The Barrow gas terminal has been shut by a compressor fault since 18 November.",),
        published_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    )
    new = Told(id="a7", publisher="Alpha News", sentences=("The Barrow gas terminal has resumed normal operation.",))
    step = revision("inc-0031", "status", "ongoing", "restored", "same facility, same country, same days")
    return incident(
        "inc-0031",
        (old, new),
        (
            old.fact("facility", "Barrow gas terminal", "Barrow gas terminal"),
            old.fact("occurred_on", "2026-11-18", "since 18 November"),
            old.grade("asserted", "has been shut"),
        ),
        event_type="outage",
        status="restored",
        facilities=("Barrow gas terminal",),
        facility_ids=("barrow",),
        facility_type="gas_processing",
        country="GB",
        occurred_on=date(2026, 11, 18),
        date_precision="day",
        restored_on=date(2026, 11, 21),
        days_out=3,
        revisions=(replace(step, cause_kind="claim", quote=new.quote("resumed")),),
    )


def retold_fire() -> IncidentView:
    """Told before; tonight another article tells the same."""
    old = Told(
        id="a6",
        publisher="Alpha News",
        sentences=("A fire broke out at the Lomas fuel depot on 17 November.",),
        published_at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 18, 12, 0, tzinfo=UTC),
    )
    new = Told(id="b6", publisher="Beta Wire", sentences=("The fire at the Lomas fuel depot is under investigation.",))
    return incident(
        "inc-0032",
        (old, new),
        (
            old.fact("facility", "Lomas fuel depot", "Lomas fuel depot"),
            old.fact("occurred_on", "2026-11-17", "on 17 November"),
            new.fact("facility", "Lomas fuel depot", "Lomas fuel depot"),
        ),
        event_type="accident",
        facilities=("Lomas fuel depot",),
        facility_type="fuel_depot",
        country="AR",
        occurred_on=date(2026, 11, 17),
        date_precision="day",
        revisions=(revision("inc-0032", "confidence", "0.7", "0.8", "same facility"),),
    )


def salvo() -> tuple[IncidentView, IncidentView]:
    """A salvo told before, and one of its parts, told tonight with a figure of its own."""
    old = Told(
        id="c5",
        publisher="Courier Online",
        sentences=("Missiles hit the Dobrov and Lesk substations on Wednesday.",),
        published_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    )
    new = Told(id="d5", publisher="Delta Post", sentences=("The Lesk substation lost 300 MW in Wednesday's strike.",))
    whole = incident(
        "inc-0033",
        (old,),
        (
            old.fact("facility", "Dobrov substation", "Dobrov"),
            old.fact("facility", "Lesk substation", "Lesk substations"),
            old.fact("occurred_on", "2026-11-18", "on Wednesday"),
        ),
        modes=("missile",),
        facilities=("Dobrov substation", "Lesk substation"),
        facility_ids=("dobrov", "lesk"),
        facility_type="substation",
        country="UA",
        occurred_on=date(2026, 11, 18),
        date_precision="day",
    )
    part = incident(
        "inc-0051",
        (new,),
        (
            new.fact("facility", "Lesk substation", "Lesk substation"),
            new.fact("occurred_on", "2026-11-18", "Wednesday's"),
            new.number("lost", 300, "300 MW", "MW"),
        ),
        modes=("missile",),
        facilities=("Lesk substation",),
        facility_ids=("lesk",),
        facility_type="substation",
        country="UA",
        occurred_on=date(2026, 11, 18),
        date_precision="day",
        parent_id="inc-0033",
    )
    return whole, part


def standing_plan() -> IncidentView:
    """A shutdown announced weeks ago for a day that has not come."""
    beta = Told(
        id="b4",
        publisher="Beta Wire",
        sentences=("The Orrin gas field will shut for maintenance on 5 December 2026, its operator said.",),
        published_at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        fetched_at=datetime(2026, 11, 2, 12, 0, tzinfo=UTC),
    )
    return incident(
        "inc-0020",
        (beta,),
        (
            beta.fact("facility", "Orrin gas field", "Orrin gas field"),
            beta.fact("occurred_on", "2026-12-05", "5 December 2026"),
            beta.grade("planned", "will shut", "its operator"),
        ),
        event_type="outage",
        status="planned",
        factuality="planned",
        facilities=("Orrin gas field",),
        facility_ids=("orrin",),
        facility_type="gas_field",
        country="NO",
        occurred_on=date(2026, 12, 5),
        date_precision="day",
    )


def counted(day: date, event_type: str = "attack", country: str = "RU", kind: str = "refinery") -> CountedIncident:
    """One incident of the baseline, learned of in the night of this day."""
    return CountedIncident(
        created_at=datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC),
        occurred_on=day - timedelta(days=1),
        event_type=event_type,
        country=country,
        countries=(country,),
        risks=(),
        facility_type=kind,
        facilities=(),
        place=None,
        latitude=None,
        longitude=None,
        units=(),
    )


def baseline(last: date, days: int = 60) -> dict[str, Any]:
    """A record of so many nights: an attack in Russia every third night, a theft in Nigeria every tenth."""
    nights = [last - timedelta(days=back) for back in range(days, 0, -1)]
    found = [counted(day) for number, day in enumerate(nights) if number % 3 == 0]
    found += [counted(day, "theft", "NG", "oil_pipeline") for number, day in enumerate(nights) if number % 10 == 0]
    runs = tuple(datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC) for day in (*nights, last))
    return {"counted": tuple(found), "watched": runs[1:], "record_since": runs[0]}


def rich_night() -> Snapshot:
    """Something in every section."""
    told = policy()
    whole, part = salvo()
    return snapshot(
        new=(tapping(), terminal_attack(), threat(), ransomware(), denied_cut(), blackout(), part),
        changed=(changed_refinery(), resumed_terminal(), retold_fire(), whole),
        open=(open_blockade(), standing_plan()),
        notes=(
            note(told, "The European Union", "sanction"),
            note(told, "Ankara", "legal_diplomatic", "planned"),
            note(told, "Brent", "market"),
        ),
        health=(
            health("Alpha News"),
            health("Beta Wire"),
            health("Courier Online"),
            health("Delta Post", "not_modified"),
            health("Gulf Courier"),
            health("Epsilon Energy", "http_error", http_status=403, reason="403 Forbidden", failures=3),
            health("Zeta Grid Notices", "timeout", reason="no answer within 20 s", failures=1),
            health("Eta Daily", quiet=True, last_entry_at=NOW - timedelta(days=9)),
        ),
        weeks=weeks(
            ("2026-09-07", "attack", 2), ("2026-09-14", "attack", 1), ("2026-09-14", "accident", 3),
            ("2026-09-21", "cyberattack", 1), ("2026-09-28", "attack", 4), ("2026-10-05", "outage", 2),
            ("2026-10-12", "attack", 2), ("2026-10-12", "blockade", 1), ("2026-10-19", "sabotage", 2),
            ("2026-10-26", "attack", 3), ("2026-11-02", "natural_hazard", 1), ("2026-11-09", "blockade", 2),
            ("2026-11-09", "attack", 2), ("2026-11-16", "attack", 3), ("2026-11-16", "theft", 1),
            ("2026-11-16", "outage", 1), ("2026-11-16", "cyberattack", 1),
        ),
        articles_total=1_412,
        articles_new=57,
        articles_relevant_new=19,
        languages_skipped=(("ru", 6), ("de", 2)),
        not_articles=(
            ("https://alpha-news.example/login", "not_article", "a login page"),
            ("https://beta-wire.example/live", "not_article", "an index page"),
            ("https://delta-post.example/login", "not_article", "a login page"),
            ("https://gulf-courier.example/archive", "disallowed", "robots.txt: Disallow: /archive"),
        ),
        others=14,
        discussed=(
            Discussed(incident_id="inc-0041", articles=3, articles_new=3),
            Discussed(incident_id="inc-0009", articles=5, articles_new=1),
        ),
        expected=(
            SourceCount(source_id="alpha-news", publisher="Alpha News", came=30, before=840, days=28),
            SourceCount(source_id="beta-wire", publisher="Beta Wire", came=25, before=700, days=28),
            SourceCount(source_id="courier-online", publisher="Courier Online", came=2, before=560, days=28),
            SourceCount(source_id="gulf-courier", publisher="Gulf Courier", came=0, before=9, days=3),
        ),
        models=("en_core_web_md-3.7.1|2026-11-20.abcdef01|0123456789ab",),
        **baseline(NOW.date()),
    )  # fmt: skip


def week() -> Snapshot:
    """The week to Sunday, 22 November 2026, of which the sources were asked on five days."""
    until = datetime(2026, 11, 23, tzinfo=UTC)
    night = rich_night()
    record = baseline(date(2026, 11, 16), 84)
    asked = tuple(datetime(2026, 11, day, 2, 0, tzinfo=UTC) for day in (16, 17, 18, 20, 22))
    return replace(
        night,
        generated_at=until,
        since=until - timedelta(days=7),
        run=None,
        counted=record["counted"],
        watched=(*record["watched"][:-1], *asked),
        record_since=record["record_since"],
        expected=tuple(replace(one, came=one.came * 6) for one in night.expected),
    )


def empty_night() -> Snapshot:
    return snapshot(open=(open_blockade(),))


def half_blind_night() -> Snapshot:
    """Half of the sources failed; one incident came through all the same."""
    view = terminal_attack()
    return snapshot(
        new=(view,),
        health=(
            health("Alpha News"),
            health("Beta Wire"),
            health("Courier Online"),
            health("Delta Post", "unreachable", reason="name not resolved", failures=2),
            health("Epsilon Energy", "http_error", http_status=503, reason="503 Service Unavailable", failures=2),
            health("Zeta Grid Notices", "broken", reason="the gzip body ends early", failures=1),
        ),
        articles_new=4,
        articles_relevant_new=4,
    )
