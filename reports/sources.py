"""What the monitor could not see: failing, blocked, quiet and truncated sources, entries without an article."""

from __future__ import annotations

from collections import Counter, defaultdict

from reports.countries import language_name
from reports.records import BriefingSettings, Missed, Sentence, SourceGroup, SourceLine, SourceState
from reports.slots import count, sentence
from reports.text import clean_text, shorten
from reports.words import format_day
from store.records import Snapshot, SourceHealth

_GROUPS = (
    ("disabled", "Gone for good"),
    ("blocked", "Blocked or refused"),
    ("failing", "Failing"),
    ("truncated", "Cut short or unreadable"),
    ("quiet", "Quieter than usual"),
    ("skipped", "Not asked this time"),
)
_OUTCOME_WORDS = {
    "http_error": "the server answered with an error",
    "timeout": "no answer in time",
    "unreachable": "no connection",
    "too_large": "larger than the limit",
    "broken": "could not be decoded or parsed",
    "too_costly": "stopped at its time or memory limit",
    "refused": "address not allowed",
    "disallowed": "robots.txt says no",
    "not_article": "not an article",
    "skipped": "not asked this time",
}
_BLOCKING = frozenset({401, 402, 403, 407, 429, 451})


def trouble_of(health: SourceHealth) -> str | None:
    """The group that a source belongs to; None where it did what was expected."""
    if health.disabled:
        return "disabled"
    if health.outcome in ("disallowed", "refused") or (
        health.outcome == "http_error" and health.http_status in _BLOCKING
    ):
        return "blocked"
    if health.outcome in ("broken", "too_large", "too_costly"):
        return "truncated"
    if health.outcome in ("http_error", "timeout", "unreachable"):
        return "failing"
    if health.outcome == "skipped":
        return "skipped"
    return "quiet" if health.quiet else None


def describe_sources(snapshot: Snapshot, settings: BriefingSettings) -> SourceState:
    """Groups the sources by what is wrong with them and says what share of them answered."""
    grouped: dict[str, list[SourceLine]] = defaultdict(list)
    for health in sorted(snapshot.health, key=lambda health: (-health.failures, health.publisher, health.feed_url)):
        trouble = trouble_of(health)
        if trouble:
            grouped[trouble].append(_line(health, trouble))
    groups = []
    for key, title in _GROUPS:
        lines = grouped.get(key, [])
        shown = tuple(lines[: settings.source_rows])
        if lines:
            more = f", {len(shown)} of {len(lines)} shown" if len(lines) > len(shown) else f" ({len(lines)})"
            groups.append(SourceGroup(title=title + more, lines=shown))
    languages = tuple(
        sorted(
            ((language_name(code), n) for code, n in snapshot.languages_skipped), key=lambda pair: (-pair[1], pair[0])
        )
    )
    missed = _missed(snapshot)
    return SourceState(
        coverage=_coverage(snapshot),
        groups=tuple(groups),
        languages=languages,
        missed=tuple(missed[: settings.missed_rows]),
        missed_total=len(snapshot.not_articles),
    )


def _line(health: SourceHealth, trouble: str) -> SourceLine:
    said = clean_text(health.reason or "") or _OUTCOME_WORDS.get(health.outcome or "", "")
    if trouble == "quiet":
        last = health.last_entry_at
        said = f"last entry {format_day(last.date())}" if last else "no entry so far"
    elif health.http_status and str(health.http_status) not in said:
        said = f"HTTP {health.http_status}: {said}" if said else f"HTTP {health.http_status}"
    if health.failures > 1:
        said += f"; {health.failures} failures in a row"
    return SourceLine(
        publisher=clean_text(health.publisher),
        url=health.feed_url,
        problem=shorten(said, 200),
        since=health.succeeded_at.date() if health.succeeded_at else None,
    )


def _coverage(snapshot: Snapshot) -> tuple[Sentence, ...]:
    feeds = [health for health in snapshot.health if not health.disabled]
    answered = [health for health in feeds if health.outcome in ("ok", "not_modified")]
    told: list[Sentence] = []
    if not feeds:
        return (sentence("no source was checked."),)
    told.append(
        sentence(
            count(len(answered)),
            " of ",
            count(len(feeds)),
            " feeds answered (",
            count(round(100 * len(answered) / len(feeds))),
            "%).",
        )
    )
    told.append(
        sentence(
            count(snapshot.articles_new),
            _plural(" new article", snapshot.articles_new),
            ", ",
            count(snapshot.articles_relevant_new),
            " of them on energy security; ",
            count(snapshot.articles_total),
            " in the ledger.",
        )
    )
    skipped = sum(number for _, number in snapshot.languages_skipped)
    if skipped:
        told.append(sentence(count(skipped), _plural(" article", skipped), " not read: language not English."))
    if snapshot.not_articles:
        number = len(snapshot.not_articles)
        told.append(sentence(count(number), " entry" if number == 1 else " entries", " gave no article."))
    return tuple(told)


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else noun + "s"


def _missed(snapshot: Snapshot) -> list[Missed]:
    counted: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for url, outcome, reason in snapshot.not_articles:
        key = (outcome, shorten(clean_text(reason), 140))
        counted[key] += 1
        example[key] = min(url, example.get(key, url))
    return [
        Missed(
            outcome=_OUTCOME_WORDS.get(outcome, clean_text(outcome)),
            reason=reason,
            entries=number,
            example=example[(outcome, reason)],
        )
        for (outcome, reason), number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
