"""Notes for the tests of exporters, as an author would write them, with what a collection adds to them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import count

from quiz.cards import (
    Card,
    CardId,
    Choice,
    CollectedDeck,
    CollectedNote,
    Deletion,
    Kind,
    Note,
    NoteId,
    Schedule,
    State,
)
from quiz.cues import facets

BORN = 1_790_000_000_000
CHANGED = 1_790_000_500

# not the marks that authors write: what a deletion holds must be able to look like those
_DELETION = re.compile(r"⟦(?:(?P<group>\d+)¦)?(?P<text>[^⟦⟧¦]*)(?:¦(?P<hint>[^⟦⟧]*))?⟧")
_numbers = count()


def cloze(prompt: str, answer: str = "", **others) -> Note:
    """A cloze note: ``⟦text⟧``, ``⟦text¦hint⟧`` and ``⟦1¦text⟧`` (a group) in its prompt are hidden."""
    found = _DELETION.finditer(prompt)
    deletions = tuple(
        Deletion(match["text"], *match.span(), match["hint"] or "", match["group"] or "") for match in found
    )
    return Note(kind=Kind.CLOZE, prompt=prompt, answer=answer, deletions=deletions, **others)


def qa(prompt: str, answer: str, **others) -> Note:
    """A question with its answer."""
    return Note(kind=Kind.QA, prompt=prompt, answer=answer, **others)


def choice(prompt: str, options: dict[str, bool], explanation: str = "", **others) -> Note:
    """A multiple-choice question."""
    choices = tuple(Choice(text, correct) for text, correct in options.items())
    return Note(
        kind=Kind.CHOICE, prompt=prompt, choices=choices, explanation=explanation, answer="-", **others
    )


def collected(note: Note, number: int | None = None, *, ordinals: dict[str, int] | None = None, **of_cards):
    """The note as a collection hands it out, with a new card for each of its facets."""
    number = next(_numbers) if number is None else number
    name = NoteId(f"n{number:05d}")
    cards = tuple(
        Card(
            id=CardId(f"{name}-{place}"),
            note_id=name,
            facet=facet,
            note=note,
            ordinal=(ordinals or {}).get(facet, place),
            **of_cards,
        )
        for place, facet in enumerate(facets(note))
    )
    return CollectedNote(id=name, note=note, mod=CHANGED, created_ms=BORN + number, cards=cards)


def deck(name: str, *notes: Note, first: int = 0) -> CollectedDeck:
    """A deck whose notes stand in one file, a few lines apart."""
    file = f"{name}.md"
    placed = [replace(note, file=file, line=3 + 4 * place) for place, note in enumerate(notes)]
    return CollectedDeck(
        name=name, notes=tuple(collected(note, first + place) for place, note in enumerate(placed))
    )


def edited(decks: list[CollectedDeck], place: int, **changes) -> list[CollectedDeck]:
    """The decks after an edit of one note of the first: its content and, as in a collection, its ``mod`` changed."""
    first, *others = decks
    notes = list(first.notes)
    note = replace(notes[place].note, **changes)
    known = {card.facet: card for card in notes[place].cards}
    after = max(card.ordinal or 0 for card in notes[place].cards) + 1
    fresh = collected(
        note, 0, ordinals={facet: after + n for n, facet in enumerate(facets(note)) if facet not in known}
    )
    cards = tuple(known.get(card.facet, card) for card in fresh.cards)
    notes[place] = replace(notes[place], note=note, mod=notes[place].mod + 60, cards=cards)
    return [replace(first, notes=tuple(notes)), *others]


REVIEWED = Schedule(
    state=State.REVIEW,
    due_day=date(2026, 10, 5),
    stability=12.34567,
    difficulty=5.4321,
    last_day=date(2026, 9, 21),
    interval=12,
    reps=3,
    lapses=1,
)

PYTHON = '''```python
class Stack:
    """Last in, first out."""

    def push(self, value: int) -> None:  # amortised O(1)
        self.values.append(value * 2 if value < 10 else 0)
```'''

SERVERS = deck(
    "web/servers",
    qa(
        "What does a reverse proxy hide?",
        "The servers **behind** it.",
        context=("Web", "Servers", "Proxies"),
        tags=("net/http",),
    ),
    qa(
        "Which status says *moved for good*?",
        "`301`, and `308` keeps the method.",
        both=True,
        tags=("net/http", "codes"),
    ),
    qa("Stop a container", "`docker stop web`\naccept: docker container stop web", typed=True),
    qa("How does a stack grow?", f"By pushing:\n\n{PYTHON}\n\nand shrinks by `pop()`."),
    choice("Which are idempotent?", {"`PUT`": True, "`POST`": False, "`DELETE`": True}, "Twice is once."),
    cloze("A ⟦left join¦kind of join⟧ keeps rows of the ⟦first⟧ table.", "`NULL` fills the rest."),
    Note(kind=Kind.QA, prompt="What is a sidecar?", draft=True),
)
SHELL = deck(
    "shell",
    cloze("```cpp\nstd::vector<⟦int⟧> y = ⟦std::move(x)⟧; // ⟦a {brace}⟧\n```"),
    cloze("Plain ⟦1¦one⟧, ⟦2¦two⟧ and ⟦1¦three⟧: $x^{2}$ is ⟦$\\frac{a}{\\sqrt{b}}$⟧."),
    Note(
        kind=Kind.CHEATSHEET,
        prompt="Big files first",
        answer="```sh\ndu -a . | sort -rh | head -n 20  # by size\n```",
    ),
    Note(kind=Kind.TERM, prompt="idempotent", answer="doing it twice changes nothing more", both=True),
    qa("| Signal | Number |\n|---|--:|\n| KILL | ? |", "9"),
    first=100,
)
SAMPLES = [SERVERS, SHELL]
