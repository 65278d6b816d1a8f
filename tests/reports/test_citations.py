from __future__ import annotations

import re
from dataclasses import replace

from reports.briefing import build_briefing
from reports.citations import Citations
from reports.records import BriefingSettings
from reports.render import render_html, render_markdown
from tests.reports.builders import Told, incident, snapshot
from tests.reports.nights import empty_night, rich_night


def copies(number: int) -> tuple[Told, ...]:
    return tuple(
        Told(id=f"a{n}", publisher=f"Paper {n}", sentences=("Three men died when it was hit.", f"{n} more words."))
        for n in range(number)
    )


def test_no_sentence_has_more_than_two_references() -> None:
    text = render_markdown(build_briefing(rich_night()))
    assert not re.search(r"\]\]\s\[\[\d+\]\]\s\[\[", text)


def test_the_same_words_of_several_publishers_have_one_number() -> None:
    told = copies(4)
    view = incident("inc-1", told, tuple(one.number("killed", 3, "Three men") for one in told))
    text = render_markdown(build_briefing(snapshot(new=(view,))))
    assert "3 killed (Paper 0, Paper 1 and 2 more). [[1]]" in text
    assert "“Three men died when it was hit.” Also in Paper 1, Paper 2, Paper 3." in text


def test_every_reference_has_its_entry_and_its_address() -> None:
    text = render_markdown(build_briefing(rich_night()))
    used = {int(number) for number in re.findall(r"\[\[(\d+)\]\]", text)}
    listed = [int(number) for number in re.findall(r"^(\d+)\. .*“", text, flags=re.M)]
    addresses = {int(number) for number in re.findall(r"^\[(\d+)\]: https://", text, flags=re.M)}
    assert listed == list(range(1, len(listed) + 1))
    assert used <= set(listed)
    assert used <= addresses


def test_two_sentences_of_the_same_words_are_referred_to_once() -> None:
    briefing = build_briefing(rich_night())
    citations = Citations(briefing)
    one = briefing.sections[0].items[0].sentences[0]
    assert citations.references(one, (one,)) == ""
    assert citations.references(one) == " [[1]]"


def test_a_note_stands_under_the_title_in_both_editions() -> None:
    briefing = build_briefing(empty_night(), BriefingSettings(note="A sample: *nothing* here has <b>happened</b>."))
    assert "\n\nA sample: \\*nothing\\* here has \\<b\\>happened\\</b\\>.\n\n" in render_markdown(briefing)
    assert "A sample: *nothing* here has &lt;b&gt;happened&lt;/b&gt;.</p>" in render_html(briefing)
    assert "A sample" not in render_markdown(replace(briefing, note=""))
