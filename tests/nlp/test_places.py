"""Places in text: which words are places, and which place is meant."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.places import PlaceMatch, load_places
from nlp.sphere import distance_km

SHARED = Path(os.environ.get("LINEWALKER_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def places(text: str, **options: object) -> dict[str, PlaceMatch]:
    return {m.text: m for m in load_places().find_places(text, **options)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("A main ruptured near Macon, Georgia, on Wednesday.", "Georgia", "US", "admin1"),
        ("A main ruptured near Macon, Georgia, on Wednesday.", "Macon", "US", "locality"),
        ("In Tbilisi, Georgia signed a transit deal with Azerbaijan.", "Georgia", "GE", "country"),
        ("The governor of the state of Georgia met executives in Atlanta.", "Georgia", "US", "admin1"),
        ("An oil camp near Hangu in Pakistan was attacked.", "Hangu", "PK", "locality"),
        ("Coal was unloaded at Hangu, China.", "Hangu", "CN", "locality"),
        ("In Nigeria's Imo state an illegal tap exploded.", "Imo", "NG", "admin1"),
        ("A fire broke out in Paris, Texas.", "Paris", "US", "locality"),
        ("A strike spread from Paris to Lyon.", "Paris", "FR", "locality"),
        ("Drones flew over Feodosia in Crimea.", "Feodosia", "UA", "locality"),
        ("Drones flew over Crimea.", "Crimea", "UA", "admin1"),
        ("The governor of Krasnodar region said a depot burned.", "Krasnodar", "RU", "admin1"),
        ("Flights from Krasnodar were delayed.", "Krasnodar", "RU", "locality"),
        ("Houston, TX: a tank burned.", "TX", "US", "admin1"),
        ("A line broke in Lexington, Ky., on Monday.", "Ky", "US", "admin1"),
        ("A line broke in Lexington, Ky., on Monday.", "Lexington", "US", "locality"),
        ("KYIV (Reuters) - Power was cut overnight.", "KYIV", "UA", "locality"),
        ("A blast shook Lebanon, Pennsylvania.", "Lebanon", "US", "locality"),
        ("A blast shook Lebanon and Syria.", "Lebanon", "LB", "country"),
        ("Kazakh officials flew to Vienna.", "Kazakh", "KZ", "country"),
        ("Kazakh officials flew to Vienna.", "Vienna", "AT", "locality"),
        ("Turkey will repair the line, Ankara said.", "Turkey", "TR", "country"),
        ("A towboat sank off Mobile, Alabama.", "Mobile", "US", "locality"),
        ("The plant in Reading, England, was shut.", "Reading", "GB", "locality"),
        ("NEAR CUSHING, OKLAHOMA, A LINE LEAKED", "CUSHING", "US", "locality"),
        ("the line was cut in arauca, colombia, on friday by guerrillas", "arauca", "CO", "locality"),
        (
            "Fuel ran short in the Democratic Republic of the Congo.",
            "Democratic Republic of the Congo",
            "CD",
            "country",
        ),
        ("Trade between the UK and the UAE grew.", "UAE", "AE", "country"),
        ("A ruling by the U.S. Supreme Court", "U.S", "US", "country"),
    ],
)
def test_place_is_resolved_by_the_words_around_it(text: str, name: str, country: str, precision: str) -> None:
    match = places(text)[name]
    assert (match.country, match.precision) == (country, precision)


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("A tanker burned in the Gulf of Oman.", "Gulf of Oman", None, "offshore"),
        ("A cable in the Baltic Sea was cut.", "Baltic Sea", None, "offshore"),
        ("Egypt's Sinai peninsula saw another bombing.", "Sinai", "EG", "admin1"),
        ("Militants in the Niger Delta fired on a flow station.", "Niger Delta", "NG", "admin1"),
        ("Output in the Middle East fell.", "Middle East", None, "admin1"),
        ("Crude spilled into the Catatumbo River.", "Catatumbo River", None, "admin1"),
    ],
)
def test_waters_and_regions_are_places_without_a_single_country(
    text: str, name: str, country: str | None, precision: str
) -> None:
    match = places(text)[name]
    assert (match.label, match.country, match.precision) == ("LOC", country, precision)


@pytest.mark.parametrize(
    "text",
    [
        "Of course, March prices fell. Most Police said so. Gas and Energy rose.",
        "Reading books in a Bath is Nice. Split Orange peel.",
        "Michael Jordan met Paris Hilton.",
        "Mr Houston and President Washington spoke; Mrs Lincoln did not.",
        "The New York Times and the Houston Chronicle reported it.",
        "West Texas Intermediate fell while Brent rose.",
        "He joined us and told us so.",
        "Roast turkey and polish were sold.",
        "West Nile virus was found in birds.",
    ],
)
def test_words_and_people_are_not_places(text: str) -> None:
    assert [m.text for m in load_places().find_places(text) if m.country and not m.demonym] == []


def test_hints_decide_between_towns_of_one_name() -> None:
    text = "A transformer exploded in Hangu overnight."
    assert places(text, hints={"PK": 1.0})["Hangu"].country == "PK"
    assert places(text, hints={"CN": 1.0})["Hangu"].country == "CN"


def test_spans_of_other_names_are_left_alone() -> None:
    text = "A fire at the Tuapse refinery in Russia"
    assert "Tuapse" not in places(text, taken=[(14, 29)])


def test_entities_add_evidence() -> None:
    text = "Reports from Orange told of a fire."
    assert "Orange" not in places(text, entities=[(13, 19, "ORG")])


def test_document_keeps_one_sense_of_a_name() -> None:
    text = "LONDON, Ontario - A fire broke out. Fire crews in London said the blaze in London was out."
    found = load_places().find_places(text)
    assert {m.country for m in found if m.text.upper() == "LONDON"} == {"CA"}


@settings(max_examples=120, deadline=None)
@given(st.text(
        st.sampled_from("KyivParGeorgia ,.-'\n\u200b\u0301\u200f\u202bאבسوريا🚨👨\u200d👩é"), max_size=60),
    st.sampled_from(
    ["Kyiv", "Georgia", "Caño Limón", "Macon, Georgia", "U.S.", "Deir ez-Zor", "N'Djamena"]))  # fmt: skip
def test_offsets_cut_out_the_text_of_the_place(noise: str, name: str) -> None:
    text = f"{noise} in {name} {noise}"
    found = load_places().find_places(text)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_every_iso_country_with_people_is_known() -> None:
    pycountry = pytest.importorskip("pycountry")
    assert {c.alpha_2 for c in pycountry.countries} <= set(load_places().countries)


def test_table_loads_fast_and_small() -> None:
    code = (
        "import time, resource; import numpy;"
        "a = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; t = time.perf_counter();"
        "from nlp.places import load_places; load_places(); print(time.perf_counter() - t,"
        "(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - a) / 1024)"
    )
    seconds, megabytes = map(
        float, subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    )
    assert seconds < 3
    assert megabytes < 100


def test_places_of_labelled_news_are_found_and_resolved() -> None:
    path = SHARED / "dev" / "geo.jsonl"
    if not path.exists():
        pytest.skip("the shared development data is not beside this checkout")
    right = near = gold_count = found_count = 0
    for line in path.read_text(encoding="utf-8").splitlines()[:120]:
        document = json.loads(line)
        found = load_places().find_places(document["text"])
        assert all(document["text"][m.start : m.end] == m.text for m in found)
        gold = [t for t in document["toponyms"] if t["start"] is not None]
        gold_count += len(gold)
        found_count += len(found)
        for toponym in gold:
            match = next((m for m in found if m.start < toponym["end"] and toponym["start"] < m.end), None)
            if match is not None:
                right += 1
                near += (
                    toponym["lat"] is None
                    or distance_km(match.latitude, match.longitude, toponym["lat"], toponym["lon"]) <= 161
                )
    assert 2 * right / (gold_count + found_count) >= 0.80
    assert near / right >= 0.82
