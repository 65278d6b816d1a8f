from __future__ import annotations

import re
from dataclasses import replace

from reports.briefing import build_briefing
from reports.citations import Citations
from reports.records import BriefingSettings
from reports.render import render_html, render_markdown
from reports.sentences import tell_top
from store.records import Fact
from tests.reports.builders import Told, incident, snapshot
from tests.reports.nights import empty_night, rich_night


def copies(number: int) -> tuple[Told, ...]:
    return tuple(
        Told(id=f"a{n}", publisher=f"Paper {n}", sentences=("Three men died when it was hit.", f"{n} more words."))
        for n in range(number)
    )


TWO = Told(
    id="c1",
    publisher="Alpha News",
    sentences=("Three men died at the Ceyhan terminal.", "Two men were hurt.", "It was shut on Friday."),
)
OTHER = Told(id="c2", publisher="Beta Wire", sentences=("Four men died at the Ceyhan terminal.",))


def told_of(*facts: Fact) -> str:
    view = incident("inc-1", (TWO, OTHER), facts, facilities=("Ceyhan terminal",), facility_ids=("ceyhan",))
    return render_markdown(build_briefing(snapshot(new=(view,))))


def test_each_figure_has_the_note_that_holds_it_right_behind_it() -> None:
    text = told_of(
        TWO.number("killed", 3, "Three men"), OTHER.number("killed", 4, "Four men"),
        TWO.number("injured", 2, "Two men"), TWO.fact("facility", "Ceyhan terminal", "Ceyhan terminal"),
    )  # fmt: skip
    notes = {line.split("“")[-1].split("”")[0]: line.split(".")[0] for line in text.splitlines() if " “" in line}
    three, four, two = (notes[one] for one in (*TWO.sentences[:1], *OTHER.sentences, TWO.sentences[1]))
    assert f"3 killed (Alpha News) [[{three}]] — 4 killed (Beta Wire). [[{four}]]" in text
    assert f"2 injured (Alpha News). [[{two}]]" in text


def test_nothing_is_listed_that_nothing_refers_to() -> None:
    text = told_of(
        TWO.number("killed", 3, "Three men"), TWO.fact("facility", "Ceyhan terminal", "Ceyhan terminal"),
        OTHER.fact("facility", "Ceyhan terminal", "Ceyhan terminal"),
    )  # fmt: skip
    assert "Four men died" not in text.split("## Words cited")[1]


def test_a_name_takes_the_note_that_bears_out_the_figure_too() -> None:
    facility = (one.fact("facility", "Ceyhan terminal", "Ceyhan terminal") for one in (TWO, OTHER))
    view = incident("inc-1", (TWO, OTHER), (*facility, OTHER.number("killed", 4, "Four men")),
                    facilities=("Ceyhan terminal",), facility_ids=("ceyhan",))  # fmt: skip
    line = tell_top(view)
    citations = Citations(build_briefing(snapshot(new=(view,))))
    assert str(citations.told(line)).endswith("4 killed [[1]]")
    assert [entry.first.publisher for entry in citations.listed] == ["Beta Wire"]


def test_what_is_only_counted_stands_in_the_entry() -> None:
    told = tuple(
        Told(id=f"a{n}", publisher=f"Paper {n}", sentences=(f"Three men died, said guard {n}.",)) for n in range(5)
    )
    view = incident("inc-1", told, tuple(one.number("killed", 3, "Three men") for one in told))
    text = render_markdown(build_briefing(snapshot(new=(view,))))
    assert "3 killed (Paper 0, Paper 1 and 3 more)." in text
    assert "Also: [Paper 4](https://paper-4.example/a4): “Three men died, said guard 4.”" in text


def test_the_same_words_of_several_publishers_have_one_number() -> None:
    told = copies(4)
    view = incident("inc-1", told, tuple(one.number("killed", 3, "Three men") for one in told))
    text = render_markdown(build_briefing(snapshot(new=(view,))))
    assert "3 killed (Paper 0, Paper 1 and 2 more). [[1]]" in text
    assert "“Three men died when it was hit.” Also in Paper 1, Paper 2, Paper 3." in text


def test_every_reference_has_its_entry_and_its_address() -> None:
    text = render_markdown(build_briefing(rich_night()))
    used = {int(number) for number in re.findall(r"\[\[(\d+)\]\]", text)}
    listed = [int(number) for number in re.findall(r"^(\d+)\. .*“", text.split("## Words cited")[1], flags=re.M)]
    addresses = {int(number) for number in re.findall(r"^\[(\d+)\]: https://", text, flags=re.M)}
    assert listed == list(range(1, len(listed) + 1))
    assert used == set(listed)
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
