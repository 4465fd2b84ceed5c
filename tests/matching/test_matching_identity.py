from __future__ import annotations

import string

import pytest

from quiz.cards import Choice, Deletion, Kind, Note, NoteId
from quiz.cues import facets
from quiz.matching import (
    Family,
    Identity,
    card_id,
    content_key,
    group_copies,
    mint,
    question_hash,
    shares_places,
)


def qa(prompt: str, answer: str = "", **more: object) -> Note:
    return Note(**{"kind": Kind.QA, "prompt": prompt, "answer": answer, "file": "a.md", **more})  # type: ignore[arg-type]


def cloze(text: str, *hidden: str, file: str = "a.md") -> Note:
    prompt, deletions = text, []
    for word in hidden:
        start = prompt.index(word)
        prompt = prompt[:start] + "{{" + word + "}}" + prompt[start + len(word) :]
        deletions.append(Deletion(word, start, start + len(word) + 4))
    return Note(kind=Kind.CLOZE, prompt=prompt, deletions=tuple(deletions), file=file)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("What is a mutex?", "what is a mutex"),
        ("12. What is a mutex?", "what is a mutex"),
        ("12) What is a mutex?", "what is a mutex"),
        ("Q12. What is a mutex?", "what is a mutex"),
        ("q3: What is a mutex?", "what is a mutex"),
        ("**Q3:** What is a mutex?", "what is a mutex"),
        ("Question 3: What is a mutex?", "what is a mutex"),
        ("12\\. What is a mutex?", "what is a mutex"),
        ("12 factor apps: what are they?", "12 factor apps what are they"),
        ("3.11 or 3.12?", "3 11 or 3 12"),
        ("404: what does it say?", "404 what does it say"),
        ("Q4 results?", "q4 results"),
        ("12.", "12"),
    ],
)
def test_numbering_is_no_part_of_the_question_key(question, key):
    assert Identity.of(qa(question)).question_key == key


def test_the_question_of_a_challenge_is_the_challenge_and_not_its_level():
    row = Note(kind=Kind.CHALLENGE, prompt="Easy", answer="Write a lexer", level="Easy", file="a.md")
    numbered = Note(kind=Kind.CHALLENGE, prompt="Write a lexer", file="a.md")
    assert (Identity.of(row).question, Identity.of(row).answer) == ("Write a lexer", "")
    assert content_key(row) == content_key(numbered)


def test_the_answer_of_choices_is_their_options_with_ticks_and_the_explanation():
    options = (Choice("PUT", correct=True), Choice("POST", correct=False))
    note = qa("Idempotent?", "- [x] PUT", kind=Kind.CHOICE, choices=options, explanation="By the book.")
    ticked = qa(
        "Idempotent?",
        kind=Kind.CHOICE,
        choices=(Choice("PUT", correct=False), Choice("POST", correct=True)),
        explanation="By the book.",
    )
    assert Identity.of(note).answer == "[x] PUT\n[ ] POST\nBy the book."
    assert content_key(note) != content_key(ticked)


def test_the_question_of_a_cloze_is_its_text_with_nothing_hidden():
    note = cloze("A left join keeps the rows of the first table.", "left join", "first")
    assert Identity.of(note).question == "A left join keeps the rows of the first table."


@pytest.mark.parametrize("placeholder", ["TODO", "**TBD**", "_To be completed._", "answer here!", "- todo:"])
def test_placeholders_are_no_answer(placeholder):
    assert Identity.of(qa("Why?", placeholder)).answer == ""
    assert Identity.of(qa("Why?", f"Because.\n{placeholder}")).answer == "Because."


def test_a_placeholder_within_a_sentence_is_text():
    assert Identity.of(qa("Why?", "Write TODO there")).answer == "Write TODO there"


def test_harmless_html_is_only_looks():
    assert content_key(qa("What is <code>ls</code>?", "A<br>B")) == content_key(qa("What is `ls`?", "A\nB"))


def test_a_tag_that_the_question_is_about_counts():
    assert Identity.of(qa("What does `<b>` do?")).question_key == "what does b do"


@pytest.mark.parametrize(("one", "other"), [("a && b", "a || b"), ("a == b", "a != b"), ("$?", "$!")])
def test_operators_tell_notes_apart_though_norm_drops_them(one, other):
    assert content_key(qa(f"What does `{one}` do?", "x")) != content_key(qa(f"What does `{other}` do?", "x"))


def test_content_keys_ignore_place_tags_and_layout():
    there = qa("What is  a **heap**?", "A tree.", file="b.md", line=9, tags=("x",), context=("Trees",))
    assert content_key(there) == content_key(qa("What is a heap?", "a tree"))


def test_kinds_of_one_family_have_the_same_content():
    assert content_key(qa("heap", "a tree", kind=Kind.TERM)) == content_key(qa("heap", "a tree"))
    assert content_key(qa("heap", "a tree", kind=Kind.TASK)) != content_key(qa("heap", "a tree"))
    assert Identity.of(qa("heap", kind=Kind.TIP)).family is Family.TIP


def test_questions_hash_alike_without_their_numbers():
    assert question_hash(qa("3. What is a heap?", "x")) == question_hash(qa("What is a heap?", "y"))


def test_drafts_share_no_places_but_clozes_do():
    assert shares_places(qa("Why?", "Because."))
    assert not shares_places(qa("Why?", "TBD"))
    assert shares_places(cloze("A heap is a tree.", "tree"))
    assert shares_places(qa("What does `and` look like?", "`&&`"))


# --- ids -----------------------------------------------------------------------------------------------------------


def test_ids_are_short_lower_case_words():
    minted = mint("a.md", "qa", "why", 0)
    assert len(minted) == 26
    assert set(minted) <= set(string.ascii_lowercase + "234567")


def test_an_id_is_what_it_was_in_every_version():
    assert mint("a.md", "qa", "why", 0) == "jawccnpk5kvdsf5c47hpnwietm"
    assert card_id(NoteId("jawccnpk5kvdsf5c47hpnwietm"), "fwd") == "epnjln4fh6hqlarsru2oeq6ebi"


def test_ids_follow_from_path_kind_key_and_occurrence():
    ids = {
        mint(*args)
        for args in [("a", "qa", "k", 0), ("b", "qa", "k", 0), ("a", "tip", "k", 0), ("a", "qa", "l", 0)]
    }
    assert len(ids | {mint("a", "qa", "k", 1)}) == 5


def test_an_id_in_use_is_counted_up():
    first = mint("a.md", "qa", "why", 0)
    assert mint("a.md", "qa", "why", 0, {first}) == mint("a.md", "qa", "why", 1)
    card = card_id(first, "fwd")
    assert card_id(first, "fwd", {card}) != card


def test_lone_surrogates_do_not_break_ids():
    assert mint("a\udc80.md", "qa", "k", 0)
    assert content_key(qa("what is \udc80?"))


# --- copies --------------------------------------------------------------------------------------------------------


def test_equal_answered_notes_of_two_files_are_one_with_two_places():
    here, there = qa("Why?", "Because."), qa("why", "because", file="b.md", line=7)
    (group,) = group_copies([there, here])
    assert (group.note, group.others, group.files) == (here, (there,), ("a.md", "b.md"))


def test_drafts_are_never_merged_across_files():
    assert len(group_copies([qa("What is a node?"), qa("What is a node?", file="b.md")])) == 2


def test_checklists_are_never_merged_across_files():
    tasks = [qa("Set it up", "As described.", kind=Kind.TASK, file=file) for file in ("a.md", "b.md")]
    assert len(group_copies(tasks)) == 2


def test_notes_of_one_file_and_notes_with_different_anchors_stay_apart():
    twice = [qa("Why?", "So.", kind=Kind.QA), qa("Why?", "So.", kind=Kind.TERM, line=5)]
    anchored = [qa("Why?", "So.", anchor="one"), qa("Why?", "So.", anchor="two", file="b.md")]
    assert len(group_copies(twice)) == len(group_copies(anchored)) == 2
    assert len(group_copies([anchored[0], qa("Why?", "So.", file="c.md")])) == 1


def test_clozes_that_hide_different_words_are_different():
    text = "A left join keeps the rows of the first table."
    one, other = cloze(text, "left join"), cloze(text, "first", file="b.md")
    assert facets(one) != facets(other)
    assert len(group_copies([one, other])) == 2
    assert len(group_copies([one, cloze(text, "left join", file="b.md")])) == 1
