"""Names in text: senses, type words beside a name, lists, case and offsets."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.folding import case_mode, find_tokens, fold_key, key_variants
from nlp.gazetteer import Gazetteer, load_gazetteer
from nlp.gazetteer_rows import Facility


def found(text: str) -> list[tuple[str, str]]:
    return [(m.text, m.id) for m in load_gazetteer().find_names(text)]


def ids(text: str) -> list[str]:
    return [m.id for m in load_gazetteer().find_names(text) if m.kind == "facility"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CPC said flows through the pipeline from Tengiz had resumed.", ["cpc-pipeline", "tengiz-field"]),
        ("Loadings at the CPC terminal were halted, two traders said.", ["cpc-marine-terminal"]),
        ("Divers found a mine beside the Caspian Pipeline Consortium's marine terminal.", ["cpc-marine-terminal"]),
        ("The CPC Central Committee met to weigh the oil and pipeline policy of Kazakhstan's neighbour.", []),
        ("Delegates to the 20th CPC National Congress spoke of energy.", []),
        ("The CPC and its politburo, the communist party said, would discuss oil.", []),
        ("Ceylon Petroleum Corporation, or CPC, ran out of petrol in Sri Lanka.", []),
        ("Crude flowed again in the Kirkuk-Ceyhan pipeline.", ["kirkuk-ceyhan-pipeline"]),
        ("A well at the Kirkuk field was set on fire.", ["kirkuk-field"]),
        ("Men in Kirkuk burned tyres outside the council.", []),
        ("A pipeline near Kirkuk was bombed.", []),
        ("The Kirkuk refinery cut runs.", ["kirkuk-refinery"]),
        ("BTC fell below 60,000 dollars as bitcoin miners sold.", []),
        ("BTC carries crude from Baku to Ceyhan.", ["btc-pipeline"]),
        ("He was born in Freeport.", []),
        ("A compressor failed at the Freeport LNG plant.", ["freeport-lng"]),
        ("Nord Stream 2 was never used.", ["nord-stream-2"]),
        ("The blasts on Nord Stream puzzled Sweden.", ["nord-stream-1"]),
        ("A facility in Jeddah was hit.", []),
        ("Keystone spilled crude in Kansas, TC Energy said.", ["keystone-pipeline"]),
        ("The keystone of the arch fell; Keystone Foods paid for it.", []),
        ("An oil pumping station near Unecha burned.", ["druzhba-unecha"]),
        ("Five died at a gas station in Volgograd.", []),
        ("North Sea interconnection was the theme of the talks.", []),
    ],
)
def test_sense_of_a_name_follows_the_words_around_it(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fires at the Tuapse, Slavyansk and Ilsky refineries",
         ["tuapse-refinery", "slavyansk-refinery", "ilsky-refinery"]),
        ("Drones hit refineries in Tuapse and Ilsky", ["tuapse-refinery", "ilsky-refinery"]),
        ("the Saratov and Ryazan oil refineries stopped", ["saratov-refinery", "ryazan-refinery"]),
        ("the ports of Primorsk and Ust-Luga", ["primorsk-oil-terminal", "ust-luga-oil-terminal"]),
        ("the Kursk, Smolensk and Kalinin nuclear power plants",
         ["kursk-nuclear-power-plant", "smolensk-nuclear-power-plant", "kalinin-nuclear-power-plant"]),
        ("the refinery near Baiji", ["baiji-refinery"]),
        ("the Ilsky refinery in the Krasnodar region", ["ilsky-refinery"]),
    ],
)  # fmt: skip
def test_names_in_a_list_share_the_type_word(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the Caño Limón–Coveñas pipeline",
        "the Cano Limon-Covenas pipeline",
        "the Caño Limón - Coveñas oil pipeline",
        "THE CANO LIMON-COVENAS PIPELINE WAS BOMBED IN ARAUCA",
        "rebels bombed the cano limon-covenas pipeline in arauca on tuesday",
        "the Can\u0303o Limo\u0301n-Coven\u0303as pipeline",
        "🔥🔥 the Ca\u200bno Limon-Covenas pipeline 🔥",
    ],
)
def test_spellings_of_one_name_meet(text: str) -> None:
    assert ids(text) == ["cano-limon-covenas"]


def test_match_covers_the_type_word_beside_it() -> None:
    assert found("Smoke rose over the Tuapse oil refinery.") == [("Tuapse oil refinery", "tuapse-refinery")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ETA 1400 local time for the tanker.", []),
        ("Basque separatists of ETA bombed a Spanish power line.", ["eta"]),
        ("Tax credits of the IRA favour wind farms.", []),
        ("the ELN in Colombia", ["eln"]),
        ("guerrillas of the national liberation army", ["eln"]),
        ("Yemen's Houthis fired at a ship", ["houthis"]),
        ("DIVERS FOUND A TOTAL OF 6 LEAKS", []),
        ("The NDA signed with the bank", []),
    ],
)
def test_bodies_are_found_where_the_document_bears_them_out(text: str, expected: list[str]) -> None:
    assert [m.id for m in load_gazetteer().find_names(text) if m.kind != "facility"] == expected


NAMES = st.sampled_from(
    ["Tuapse refinery", "CPC pipeline", "Caño Limón–Coveñas", "Ras Tanura terminal", "Houthis", "Gazprom"]
)
NOISE = st.text(
    st.sampled_from("abc XYZ ,.-'’\n\u200b\u0301\u200f\u202bאבגسوريا🚨👨\u200d👩\u200d👧é0123"), min_size=0, max_size=25
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NOISE, NAMES), max_size=5), NOISE)
def test_offsets_cut_out_the_text_of_the_match(parts: list[tuple[str, str]], tail: str) -> None:
    text = "".join(f"{noise} {name} " for noise, name in parts) + tail
    matches = load_gazetteer().find_names(text)
    assert all(text[m.start : m.end] == m.text for m in matches)
    assert all(a.end <= b.start for a, b in pairwise(matches))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_tokens_cut_out_their_own_words(text: str) -> None:
    tokens = find_tokens(text)
    assert all(text[t.start : t.end] == t.text and t.folded for t in tokens)
    assert fold_key(text) == " ".join(t.folded for t in tokens)


def test_apostrophes_may_be_closed_up() -> None:
    assert key_variants("Sana'a") == {"sana a", "sanaa"}


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("THE LINE RUPTURED NEAR CUSHING", "upper"),
        ("the line ruptured near cushing", "lower"),
        ("The line ruptured", "mixed"),
        ("US", "mixed"),
    ],
)
def test_case_of_copy_is_recognised(text: str, mode: str) -> None:
    assert case_mode(text) == mode


def test_hundred_thousand_names_do_not_slow_a_document_down() -> None:
    facilities = {
        f"plant-{i}": Facility(
            id=f"plant-{i}", name=f"Quarrel{i} power plant", facility_type="power_plant", countries=("US",),
            latitude=1.0, longitude=1.0, coordinate_precision="site",
        )
        for i in range(100_000)
    }  # fmt: skip
    large = Gazetteer(facilities, {}, {})
    small = Gazetteer(dict(list(facilities.items())[:100]), {}, {})
    text = "A fire broke out at the Quarrel77 power plant on Monday, the operator said. " * 40

    def seconds(gazetteer: Gazetteer) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            assert len(gazetteer.find_names(text)) == 40
            times.append(time.perf_counter() - start)
        return min(times)

    assert seconds(large) < 2 * seconds(small) + 0.02
