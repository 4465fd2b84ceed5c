from __future__ import annotations

from dataclasses import replace

import pytest

from quiz.cards import Deck, Deletion, Kind, Note, NoteId, Problem
from quiz.cues import facets
from quiz.matching import Ask, Known, Matching, Pair, facet_changes, match, pin, vanished, without_files


def qa(prompt: str, answer: str = "", file: str = "a.md", line: int = 1, **more: object) -> Note:
    return Note(
        **{
            "kind": Kind.QA,
            "prompt": prompt,
            "answer": answer,
            "file": file,
            "line": line,
            "end": line + 1,
            **more,
        }  # type: ignore[arg-type]
    )


def known(number: int, *, reviewed: bool = True, file: str = "a.md") -> Known:
    return Known(NoteId(f"id{number}"), qa(f"What is case {number}?", file=file, line=number), reviewed)


# --- facets --------------------------------------------------------------------------------------------------------


def cloze(*hidden: str) -> Note:
    prompt, deletions = "", []
    for word in hidden:
        deletions.append(Deletion(word, len(prompt), len(prompt) + len(word) + 4))
        prompt += "{{" + word + "}} "
    return Note(kind=Kind.CLOZE, prompt=prompt, deletions=tuple(deletions))


def named(note: Note) -> dict[str, str]:
    return dict(zip((deletion.text for deletion in note.deletions), facets(note), strict=True))


def test_adding_removing_and_reordering_deletions_moves_no_history():
    old, new = cloze("heap", "stack", "queue"), cloze("trie", "queue", "heap", "list")
    changes = facet_changes(old, new)
    assert changes.kept == {facet: facet for word, facet in named(old).items() if word != "stack"}
    assert changes.retired == (named(old)["stack"],)
    assert changes.added == (named(new)["trie"], named(new)["list"])


def test_an_edited_word_keeps_its_card_if_it_is_the_only_one():
    old, new = cloze("heap", "stack"), cloze("heaps", "stack")
    assert facet_changes(old, new)[named(old)["heap"]] == named(new)["heaps"]
    two = facet_changes(old, cloze("heaps", "stacks"))
    assert (len(two.kept), len(two.retired), len(two.added)) == (0, 2, 2)
    assert two[named(old)["heap"]] is None


def test_the_reverse_card_comes_and_goes_alone():
    one, both = qa("heap", "tree"), qa("heap", "tree", both=True)
    assert facet_changes(one, both).added == ("rev",)
    assert facet_changes(both, one).retired == ("rev",)
    assert facet_changes(both, one)["fwd"] == "fwd"


def test_a_question_that_becomes_a_cloze_keeps_its_card():
    new = cloze("heap")
    assert facet_changes(qa("What is a tree?", "heap"), new).kept == {"fwd": facets(new)[0]}


# --- the vanish guard ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("all_known", "gone", "fires"),
    [
        ([known(n) for n in range(40)], [known(n) for n in range(11)], True),
        ([known(n) for n in range(40)], [known(n) for n in range(10)], False),
        ([known(n) for n in range(44)], [known(n) for n in range(11)], False),
        (
            [known(n, reviewed=n < 10) for n in range(40)],
            [known(n, reviewed=n < 10) for n in range(40)],
            False,
        ),
        (
            [known(n, reviewed=n < 12) for n in range(400)],
            [known(n, reviewed=n < 12) for n in range(12)],
            True,
        ),
    ],
)
def test_the_guard_counts_reviewed_notes(all_known, gone, fires):
    assert bool(vanished(all_known, gone, Deck(name="a", file="a.md", notes=(qa("x"),)))) is fires


@pytest.mark.parametrize(
    ("deck", "suspect", "line"),
    [
        (None, "the file is gone", 1),
        (Deck(name="a", file="a.md"), "nothing is left in the file", 1),
        (
            Deck(name="a", file="a.md", notes=(qa("x"),), problems=(Problem("a.md", 7, "E201", ""),)),
            "a code fence is left open at line 7",
            7,
        ),
        (
            Deck(
                name="a",
                file="a.md",
                problems=(Problem("a.md", 3, "W307", ""), Problem("a.md", 9, "E204", "")),
            ),
            "a comment is left open at line 9",
            9,
        ),
        (Deck(name="a", file="a.md", notes=(qa("x"),)), "their text is not in the file any more", 1),
    ],
)
def test_the_guard_names_a_suspect(deck, suspect, line):
    notes = [known(n) for n in range(20)]
    verdict = vanished(notes, notes, deck)
    assert verdict is not None
    assert (verdict.suspect, verdict.line) == (suspect, line)
    assert str(verdict.problem("a.md")) == (
        f"a.md:{line}: E501 20 of 20 reviewed cards vanished: {suspect}. Nothing was changed; mend the file, "
        "or retire them with `dquiz sync --accept a.md`."
    )


def test_a_guarded_file_stays_as_it_was_but_notes_that_left_it_have_moved():
    inside, moved, away, gone = known(1), known(2), known(3), known(4)
    elsewhere = known(5, file="b.md")
    matching = Matching(
        pairs=(
            Pair(inside, inside.note, 2),
            Pair(moved, replace(moved.note, file="b.md"), 2),
            Pair(elsewhere, elsewhere.note, 2),
        ),
        asks=(Ask(away, qa("New here"), 0.5), Ask(gone, qa("New there", file="b.md"), 0.5)),
        new=(qa("New here"), qa("New there", file="b.md")),
        gone=(away, gone, known(6, file="b.md")),
    )
    kept = without_files(matching, {"a.md"})
    assert [pair.known.id for pair in kept.pairs] == ["id2", "id5"]
    assert [ask.note.prompt for ask in kept.asks] == ["New there"]
    assert [note.prompt for note in kept.new] == ["New there"]
    assert [each.id for each in kept.gone] == ["id6"]


# --- a card edited during a review ---------------------------------------------------------------------------------


def test_a_card_edited_on_screen_keeps_its_id_whatever_its_text_becomes():
    before = [known(1), known(20), known(40)]
    after = [before[0].note, qa("Something else altogether", "entirely", line=20), before[2].note]
    matching = pin(match(before, after), NoteId("id20"), 20)
    assert [(pair.known.id, pair.note.prompt) for pair in matching.pairs if pair.stage == 0] == [
        ("id20", "Something else altogether")
    ]
    assert not matching.new
    assert not matching.gone
    assert not matching.asks


def test_the_pinned_card_is_found_when_lines_moved():
    before = [known(1), known(20)]
    after = [before[0].note, qa("Something else altogether", line=35)]
    assert not pin(match(before, after), NoteId("id20"), 20).new


def test_pinning_changes_nothing_when_the_card_was_found_or_its_text_is_gone():
    before = [known(1), known(20)]
    found = match(before, [each.note for each in before])
    assert pin(found, NoteId("id20"), 20) is found
    deleted = match(before, [before[0].note])
    assert pin(deleted, NoteId("id20"), 20) is deleted
    two = match(before, [before[0].note, qa("Alpha", line=50), qa("Beta", line=60)])
    assert pin(two, NoteId("id20"), 20) is two
