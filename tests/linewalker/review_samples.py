"""Invented passages for the tests of learning from reviews: one kind of text that the shipped labels do not hold."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

from nlp.evidence import EVIDENCE_FILE
from nlp.labelled import LABELS_FOLDER, label_files

SAMPLES = Path(__file__).parent.parent / "data" / "review_samples.toml"
_PLACES = (
    "Harnosand Vimmerby Pori Tartu Aalen Lugo Bathurst Kemijarvi Liepaja Amory Grangemoor Sauda Mikkeli Esens".split()
)
_OWNERS = "Norrvik Baltic-Nine Fenland Redshift Granul Silverline Cedarflake Hollowoak Forstmark Pinecrest".split()


@dataclass(frozen=True)
class Told:
    """One invented article."""

    title: str
    text: str


def games(count: int, *, held_out: bool = False, seed: int = 1) -> list[Told]:
    """News of video games; those held out share no sentence with the others."""
    templates = tomllib.loads(SAMPLES.read_text(encoding="utf-8"))["games_held_out" if held_out else "games"]
    chance = random.Random(seed)
    found = []
    for number in range(count):
        template = templates[number % len(templates)]
        slots = {"place": chance.choice(_PLACES), "owner": chance.choice(_OWNERS), "n": chance.randint(2, 9)}
        found.append(Told(title=template["title"].format(**slots), text=template["text"].format(**slots)))
    return found


def copy_labels(folder: Path) -> Path:
    """The shipped labels without the development passages: those can then play the part of articles."""
    for file in (*label_files(), LABELS_FOLDER / EVIDENCE_FILE):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder
