"""What holds for all notes and all edits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.cards import Kind, Note, NoteId, norm
from quiz.matching import Identity, Known, Matching, match

if TYPE_CHECKING:
    import random

WORDS = ["heap", "stack", "queue", "trie", "row", "lock", "page", "log", "node", "leader", "cache", "index"]

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
answers = st.one_of(st.just(""), sentences)
files = st.sampled_from(["a.md", "b.md", "c/d.md"])


@st.composite
def folders(draw: st.DrawFn, *, answered: bool = False) -> list[Note]:
    """The notes of some files: a question stands once in a file, as the parser sees to it."""
    texts = draw(st.lists(st.tuples(files, sentences, sentences if answered else answers), max_size=14))
    unique = {(file, norm(question)): (file, question, answer) for file, question, answer in texts}
    return [
        Note(kind=Kind.QA, prompt=question, answer=answer, file=file, line=2 * at, end=2 * at + 1)
        for at, (file, question, answer) in enumerate(unique.values(), start=1)
    ]


def known(notes: list[Note]) -> list[Known]:
    """Every card of a folder as a first sync stores it."""
    first = match([], notes)
    assert not first.pairs
    return [
        Known(
            NoteId(f"id{at}"),
            note,
            reviewed=True,
            also=tuple(other.file for other in first.others.get(note, ())),
        )
        for at, note in enumerate(first.new)
    ]


def cards(stored: list[Known]) -> dict[tuple[str, str], NoteId]:
    """Ids by file and question."""
    return {(file, norm(each.note.prompt)): each.id for each in stored for file in each.files}


def inherited(matching: Matching) -> dict[tuple[str, str], NoteId]:
    """The same after a match."""
    return {
        (place.file, Identity.of(place).question_key): pair.known.id
        for pair in matching.pairs
        for place in (pair.note, *matching.others.get(pair.note, ()))
    }


def check_each_once(matching: Matching, stored: list[Known], found: list[Note]) -> None:
    ids = [pair.known.id for pair in matching.pairs] + [each.id for each in matching.gone]
    assert sorted(ids) == sorted(each.id for each in stored)
    notes = [pair.note for pair in matching.pairs] + list(matching.new)
    places = notes + [other for note in notes for other in matching.others.get(note, ())]
    assert sorted(places, key=_place) == sorted(found, key=_place)
    assert {ask.note for ask in matching.asks} <= set(matching.new)


def _place(note: Note) -> tuple[str, int, str]:
    return note.file, note.line, note.prompt


@given(folders(), st.randoms(use_true_random=False))
def test_reordering_renumbering_retagging_and_reformatting_change_no_id(
    notes: list[Note], rng: random.Random
):
    stored = known(notes)
    lines = [note.line for note in notes]
    rng.shuffle(lines)
    found = [
        replace(
            note,
            prompt=f"Q{line}. {note.prompt.upper()}?",
            answer=note.answer.replace(" ", "\n") and f"**{note.answer}**.",
            line=line,
            tags=("new",),
            context=("Elsewhere",),
        )
        for note, line in zip(notes, lines, strict=True)
    ]
    matching = match(stored, found)
    assert inherited(matching) == cards(stored)
    assert not matching.gone
    assert not matching.new


@given(folders(answered=True), st.permutations(["a.md", "b.md", "c/d.md", "e.md", "f.md"]))
def test_renaming_files_changes_no_id(notes: list[Note], names: list[str]):
    stored = known(notes)
    new_name = dict(zip(["a.md", "b.md", "c/d.md"], names, strict=False))
    matching = match(stored, [replace(note, file=new_name[note.file]) for note in notes])
    assert inherited(matching) == {(new_name[file], key): uid for (file, key), uid in cards(stored).items()}
    assert not matching.gone


@given(folders())
def test_matching_the_same_notes_again_changes_nothing(notes: list[Note]):
    stored = known(notes)
    matching = match(stored, notes)
    assert inherited(matching) == cards(stored)
    assert not matching.asks
    assert all(pair.similarity == 1 and not pair.changed for pair in matching.pairs)


@given(folders(), files)
def test_emptying_a_file_and_restoring_it_loses_nothing(notes: list[Note], emptied: str):
    stored = known(notes)
    rest = [note for note in notes if note.file != emptied]
    emptying = match(stored, rest)
    living = [Known(pair.known.id, pair.note, reviewed=True) for pair in emptying.pairs]
    restoring = match(living, notes, retired=emptying.gone)
    assert inherited(restoring) == cards(stored)


@settings(max_examples=150)
@given(folders(), folders(), folders(), st.randoms(use_true_random=False))
def test_every_card_is_matched_once_and_the_order_of_the_input_does_not_matter(
    before: list[Note], after: list[Note], past: list[Note], rng: random.Random
):
    stored = known(before)
    retired = [Known(NoteId(f"old{at}"), note) for at, note in enumerate(past)]
    matching = match(stored, after, retired=retired)
    paired = [pair for pair in matching.pairs if pair.known.id.startswith("id")]
    restored = {pair.known.id for pair in matching.pairs} - {pair.known.id for pair in paired}
    assert len(restored) + len(paired) == len(matching.pairs)
    check_each_once(
        replace(matching, gone=(*matching.gone, *(each for each in retired if each.id not in restored))),
        [*stored, *retired],
        after,
    )
    shuffled, again = list(stored), list(after)
    rng.shuffle(shuffled)
    rng.shuffle(again)
    assert match(shuffled, again, retired=retired) == matching


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(Kind))
def test_any_text_has_an_identity_and_finds_itself_again(question: str, answer: str, kind: Kind):
    note = Note(kind=kind, prompt=question, answer=answer, file="a.md")
    (pair,) = match([Known(NoteId("id"), note)], [replace(note, line=7)]).pairs
    assert pair.note.line == 7
    other = match([Known(NoteId("id"), note)], [replace(note, prompt=question + " and why", file="b.md")])
    assert len(other.pairs) + len(other.new) == 1
