"""Credibility on the Admiralty scale and the tier of evidence: one row a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.credibility import CONFIRMED, NOT_JUDGED
from nlp.fold import fold
from nlp.records import ActorArgument, Claimant, FactClaim, Report
from tests.nlp.builders import SPAN, event, report


def said(factuality: str, speaker: str | None, about: str | None = None) -> FactClaim:
    return FactClaim(factuality=factuality, speaker=speaker, span=SPAN, about=about)  # type: ignore[arg-type]


def told(
    name: str,
    grade: str = "B",
    factuality: str = "asserted",
    *,
    by: str | None = None,
    kind: str = "attack",
    **more: Any,
) -> Report:
    """A report by a source of this grade, whose words are its own voice or those of `by`."""
    given = {key: more.pop(key) for key in ("family", "wire", "source_kind", "published") if key in more}
    more.setdefault("claims", (said(factuality, by),))
    return report(name, event(kind, factuality, **more), reliability=grade, **given)


def denied(name: str, by: str, grade: str = "B", **more: Any) -> Report:
    return told(name, grade, "denied", by=by, **more)


CONTESTED = (said("attributed", "the rebels"), said("denied", "the operator"))

CASES = [
    # one origin
    ("one fair source states it", [told("a", "C")], 3, "single_source"),
    ("one completely reliable source states it", [told("a", "A")], 3, "single_source"),
    ("one source, not usually reliable", [told("a", "D")], 3, "single_source"),
    ("one unreliable source", [told("a", "E")], 4, "single_source"),
    ("one source that cannot be judged", [told("a", "F")], 6, "single_source"),
    ("one source, by somebody without office", [told("a", "B", "attributed", by="residents")], 3, "single_source"),
    ("three copies of one agency", [told(n, "B", wire="gulf-wire") for n in "abc"], 3, "single_source"),
    ("three papers of one owner", [told(n, "B", family="x") for n in "abc"], 3, "single_source"),
    # those who answer for it
    ("the ministry says so", [told("a", "C", "attributed", by="the oil ministry")], 2, "official"),
    ("the operator says so", [told("a", "B", "attributed", by="the operator of the line")], 2, "official"),
    ("police say so", [told("a", "B", "attributed", by="Finnish police")], 2, "official"),
    ("a company of the gazetteer says so", [told("a", "B", "attributed", by="Saudi Aramco")], 2, "official"),
    ("an official of a poor paper", [told("a", "D", "attributed", by="the governor")], 3, "official"),
    ("the operator's own notices", [told("a", "A", source_kind="operator")], 2, "official"),
    ("an agency's text on a ministry's page", [told("a", "B", source_kind="government", wire="w")], 3, "single_source"),
    ("a company's union", [told("a", "B", "attributed", by="a company union")], 3, "single_source"),
    ("sources in the ministry", [told("a", "B", "attributed", by="ministry sources")], 3, "single_source"),
    ("state media", [told("a", "B", "attributed", by="Iranian state media")], 3, "single_source"),
    ("the navy that did it", [told("a", "B", "attributed", by="Iran's navy",
     actors=(ActorArgument(name="Iran", role="perpetrator", span=SPAN),))], 3, "single_source"),
    ("the army whose drones did it", [told("a", "B", "attributed", by="Ukraine's military",
     actors=(ActorArgument(name="Ukrainian drones", role="perpetrator", span=SPAN),))], 3, "single_source"),
    ("a body that shares a common word with those who did it",
     [told("a", "B", "attributed", by="the National Oil Corporation",
      actors=(ActorArgument(name="National Liberation Army", role="perpetrator", span=SPAN),))], 2, "official"),
    ("the government that claims it", [told("a", "B", "attributed", by="the Narnian government",
     claimed_by=(Claimant(name="Narnian forces", span=SPAN),))], 3, "single_source"),
    # several origins
    ("two origins, one outright", [told("a"), told("b", "C", "attributed", by="residents")], 1, "corroborated"),
    ("two origins, neither outright",
     [told("a", "B", "attributed", by="residents"), told("b", "B", "attributed", by="traders")], 2, "corroborated"),
    ("two origins that cannot be judged", [told("a", "F"), told("b", "F")], 3, "corroborated"),
    ("two poor origins", [told("a", "D"), told("b", "E")], 3, "corroborated"),
    ("two origins, and the police", [told("a"), told("b", "B", "attributed", by="police")], 1, "official"),
    ("an agency and its copy are one", [told("a", wire="w"), told("b", wire="w", family="other")], 3, "single_source"),
    # denials
    ("claimed and denied in one text", [told("a", "B", "attributed", claims=CONTESTED)], 4, "disputed"),
    ("claimed here, denied there", [told("a", "B", "attributed", by="rebels"), denied("b", "the army")], 4, "disputed"),
    ("claimed by one, denied in two",
     [told("a", "B", "attributed", by="rebels"), denied("b", "the army"), denied("c", "the operator")], 5, "disputed"),
    ("denied, told by nobody", [denied("a", "the mayor")], 5, "disputed"),
    ("stated by one, denied by another", [told("a"), denied("b", "the operator")], 4, "disputed"),
    ("stated by two, denied by one", [told("a"), told("b"), denied("c", "the army")], 3, "corroborated"),
    ("stated by two, by police, denied by one",
     [told("a"), told("b", "B", "attributed", by="police"), denied("c", "the army")], 3, "official"),
    ("only the cause is denied", [told("a", "B", "attributed", kind="accident", claims=(
     said("attributed", "the oil ministry"), said("denied", "the oil ministry", "cause")))], 2, "official"),
    ("only a spill is denied", [told("a", claims=(said("asserted", None), said("denied", "the company", "effect")))],
     3, "single_source"),
    # what has not happened
    ("a threat in one paper", [told("a", "B", "threatened", by="the Creek Guardians")], 3, "single_source"),
    ("a threat in two papers", [told(n, "B", "threatened", by="the Creek Guardians") for n in "ab"], 2, "corroborated"),
    ("a plot that police foiled", [told("a", "B", "foiled", by="German police")], 2, "official"),
    ("maintenance that the operator plans", [told("a", "A", "planned", kind="outage", source_kind="operator")],
     2, "official"),
]  # fmt: skip


@pytest.mark.parametrize(("reports", "credibility", "tier"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_how_far_it_can_be_believed(reports: list[Report], credibility: int, tier: str) -> None:
    fields = fold(reports)
    assert (fields.credibility, fields.evidence_tier) == (credibility, tier)
    assert dict(fields.basis)["credibility"] in {r.event_id for r in reports}


SPEAKERS = st.sampled_from([None, "the oil ministry", "residents", "the rebels", "Saudi Aramco", "police"])
REPORTS = st.builds(
    lambda number, day, grade, factuality, speaker, family, wire, kind, source_kind, denies: told(
        f"e{number:02d}",
        grade,
        factuality,
        kind=kind,
        family=family,
        wire=wire,
        source_kind=source_kind,
        published=f"2026-03-{day:02d}",
        claims=(said(factuality, speaker), *((said("denied", "the army"),) if denies else ())),
    ),
    st.integers(0, 99),
    st.integers(1, 9),
    st.sampled_from("ABCDEF"),
    st.sampled_from(["asserted", "attributed", "denied", "threatened", "foiled"]),
    SPEAKERS,
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from([None, None, "w", "v"]),
    st.sampled_from(["attack", "accident", "outage"]),
    st.sampled_from([None, "operator", "press"]),
    st.booleans(),
)
NIGHTS = st.lists(REPORTS, min_size=1, max_size=6, unique_by=lambda r: r.event_id)


@settings(max_examples=300, deadline=None)
@given(NIGHTS, st.data())
def test_a_copy_of_a_report_never_raises_the_credibility(reports: list[Report], data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(reports))
    copy = replace(
        original,
        event_id=data.draw(st.sampled_from(["e", "f"])) + "copy",
        article_id="copy",
        published_at=(original.published_at or original.fetched_at) + timedelta(hours=data.draw(st.integers(0, 99))),
        reliability=data.draw(st.sampled_from("ABCDEF")),
        source_kind=data.draw(st.sampled_from([original.source_kind, "government", None])),
    )
    before, after = fold(reports), fold([*reports, copy])
    assert after.credibility >= before.credibility
    assert CONFIRMED <= before.credibility <= NOT_JUDGED
    if before.evidence_tier == "single_source":
        assert after.evidence_tier == "single_source"


@settings(max_examples=200, deadline=None)
@given(NIGHTS, st.randoms())
def test_the_order_of_reports_never_matters(reports: list[Report], chance: Any) -> None:
    shuffled = list(reports)
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(reports)
