"""Lets through what the verifier passes and keeps the rest with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from reports.records import Sentence, SlotKind, Withheld
from reports.verify import verify_sentence

# What a sentence can be told without.
_REDUCIBLE: tuple[SlotKind, ...] = ("facility", "place", "country", "date", "published")


class Desk:
    """Prints what passes the verifier and keeps the rest, each sentence with its problems."""

    def __init__(self) -> None:
        self.withheld: list[Withheld] = []

    def passes(self, told: Sentence, about: str, view_id: str | None) -> bool:
        """Whether the sentence may be printed; one that may not is withheld, once."""
        problems = verify_sentence(told)
        if problems:
            withheld = Withheld(incident_id=view_id, about=about, sentence=told, problems=tuple(problems))
            if withheld not in self.withheld:
                self.withheld.append(withheld)
        return not problems

    def sifted(self, told: Iterable[Sentence], about: str, view_id: str | None) -> list[Sentence]:
        """The sentences that may be printed."""
        return [one for one in told if self.passes(one, about, view_id)]

    def reduced(self, tell: Callable[[Collection[SlotKind]], Sentence], about: str, view_id: str) -> Sentence | None:
        """The sentence, or where it fails the same without the slots that failed: what is sound is still told."""
        told = tell(())
        if self.passes(told, about, view_id):
            return told
        failed = {problem.kind for problem in verify_sentence(told)}
        again = tell([kind for kind in _REDUCIBLE if kind in failed])
        return again if again.text != told.text and not verify_sentence(again) else None
