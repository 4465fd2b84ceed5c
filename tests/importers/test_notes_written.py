"""Notes of Anki, the blocks they become, and what dquiz reads in these."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.cards import Kind, State
from quiz.cues import facets
from quiz.importers.anki.values import AnkiCard, AnkiNote, NoteType, Template
from quiz.importers.anki.writing import write_note
from quiz.importers.anki.writing.sides import sides
from quiz.notes import parse


def note_type(*templates, fields=("Front", "Back"), cloze=False):
    made = tuple(Template(f"Card {n}", *sides) for n, sides in enumerate(templates, 1))
    return NoteType(1, "Type", cloze, fields, made)


BASIC = note_type(("{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}"))
BOTH = note_type(("{{Front}}", "{{FrontSide}}<hr>{{Back}}"), ("{{Back}}", "{{FrontSide}}<hr>{{Front}}"))
TYPED = note_type(("{{Front}}{{type:Back}}", "{{Front}}<hr>{{type:Back}}"))
CLOZE = note_type(("{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}"), fields=("Text", "Extra"), cloze=True)
MEDIA = {"p.png": "media/00.png"}


def anki_note(kind, *fields, tags=(), ordinals=None):
    numbers = range(len(kind.templates)) if ordinals is None else ordinals
    cards = tuple(AnkiCard(id=n + 1, ordinal=n, deck="D", mod=1, state=State.NEW) for n in numbers)
    return AnkiNote(id=1, guid="g", type=kind, mod=1, tags=tags, fields=fields, cards=cards)


def written(kind, *fields, **more):
    return write_note(anki_note(kind, *fields, **more), MEDIA)


def read(block):
    (note,) = parse(block.encode(), file="deck.md", deck="deck").notes
    return note


# --- forms -----------------------------------------------------------------------------------------------------------


def test_a_short_note_is_two_lines_with_its_tags_behind_the_question():
    result = written(BASIC, "What is DNS?", "A <b>name</b> service", tags=("net::dns", "x"))
    assert result.blocks == ("Q: What is DNS? #net/dns #x\nA: A **name** service",)
    assert [(c.ordinal, c.block, c.facet) for c in result.cards] == [(0, 0, "fwd")]
    assert result.problems == ()


def test_a_longer_note_is_a_list_item_in_which_anything_may_stand():
    result = written(
        BASIC, "What does it print?<pre>a\n\nb</pre>", "One.<hr>Q: two<ul><li>x</li></ul>", tags=("t",)
    )
    assert result.blocks == (
        (
            "- Q: What does it print? #t\n\n  ```\n  a\n\n  b\n  ```\n\n"
            "  A: One.\n\n  * * *\n\n  Q\\: two\n\n  - x"
        ),
    )
    assert read(result.blocks[0]).answer == "One.\n\n* * *\n\nQ\\: two\n\n- x"


def test_two_templates_that_swap_sides_are_one_note_asked_both_ways():
    result = written(BOTH, "dog", "Hund")
    assert result.blocks == ("Q: dog #both\nA: Hund",)
    assert [(c.ordinal, c.facet) for c in result.cards] == [(0, "fwd"), (1, "rev")]


def test_of_two_directions_only_those_that_have_cards_are_asked():
    assert written(BOTH, "dog", "Hund", ordinals=[1]).blocks == ("Q: Hund\nA: dog",)


def test_a_typed_field_is_typed_here():
    result = written(TYPED, "list containers", "docker ps")
    assert result.blocks == ("Q: list containers #typed\nA: docker ps",)
    assert read(result.blocks[0]).typed


def test_each_of_several_templates_asks_with_the_fields_it_names():
    kind = note_type(
        ("{{Word}}", "{{FrontSide}}{{Meaning}}{{#Note}}<i>{{Note}}</i>{{/Note}}"),
        ("{{Meaning}} {{hint:Note}}", "{{Word}}"),
        ("{{#Sound}}{{Sound}}{{/Sound}}", "{{Word}}"),
        fields=("Word", "Meaning", "Note", "Sound"),
    )
    result = written(kind, "w", "m", "n", "")
    assert result.blocks == (
        "- Q: w\n\n  A: m\n\n  n",
        "- Q: m\n\n  n\n\n  A: w",
    )
    assert [(c.ordinal, c.block) for c in result.cards] == [(0, 0), (1, 1)]
    assert result.problems == ("card 3 is left out: nothing is asked",)


def test_a_question_without_an_answer_is_a_draft_whatever_it_holds():
    result = written(BASIC, "One<p>two</p><ul><li>three</li></ul>", "")
    assert read(result.blocks[0]).draft
    assert "three" in read(result.blocks[0]).prompt


def test_true_or_false_is_a_choice_and_still_one_card():
    result = written(BASIC, "True or false: 1 &lt; 2?", "True, by counting")
    assert read(result.blocks[0]).kind is Kind.CHOICE
    assert facets(read(result.blocks[0])) == ("fwd",)


def test_a_question_that_only_begins_in_bold_keeps_its_words():
    assert read(written(BASIC, "<b>What?</b> Say why.", "<b>x</b>").blocks[0]).prompt == "What? Say why."


def test_an_answer_that_reads_as_a_placeholder_is_written_as_code():
    result = written(BASIC, "What stands for later?", "TODO")
    assert read(result.blocks[0]).answer == "```\nTODO\n```"
    assert result.fenced == 1
    assert "Back: written as code" in result.problems[0]


# --- clozes ----------------------------------------------------------------------------------------------------------


def test_deletions_keep_their_numbers_and_hints():
    result = written(CLOZE, "The {{c2::sun::star}} is {{c1::big}}", "so<br>far", tags=("t",), ordinals=[0, 1])
    assert result.blocks == ("- C: The {{c2::sun::star}} is {{c1::big}} #t\n  A: so\\\n  far",)
    by_ordinal = {card.ordinal: card.facet for card in result.cards}
    assert [by_ordinal[1], by_ordinal[0]] == list(facets(read(result.blocks[0])))


def test_deletions_of_one_number_are_one_card():
    result = written(CLOZE, "{{c1::a}} and {{c1::b}}", "")
    assert len(result.cards) == len(facets(read(result.blocks[0]))) == 1


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("a {{c1::b }}c", ["b"]),
        ("{{c1::std&#58;&#58;vector}}", [r"std:\:vector"]),
        ("{{c1::std::vector}}", ["std"]),
        ("{{c1::a&#125;&#125;b}}", ["a&#125;&#125;b"]),
        ("{ {{c1::x}} } {{c2::y}}}", ["x", "y"]),
        (r"\(\frac{a}{ {{c1::b}} }\)", ["b"]),
        ("<code>f({{c1::x}})</code>", ["x"]),
        ("<pre>def f():\n  return {{c1::x}}</pre>", ["x"]),
        ("{{c1::<b>x</b>}}", ["**x**"]),
        ("{{c1::<img src=p.png>}}", ["![](media/00.png)"]),
        ("<table><tr><td>a</td><td>{{c1::b}}</td></tr></table>", ["b"]),
        ("{{c1::one<br>two}}", ["one\\\ntwo"]),
        ("{{c1::<ul><li>one</li><li>two</li></ul>}}", ["one\\\ntwo"]),
        ("{{c1::}} {{c2::x}} {{c0::y}}", ["x"]),
        ("{{c1::x:::y}}", ["x"]),
        ("{{c1::x}}(y)", ["x"]),
    ],
)
def test_deletions_hide_what_they_hide_in_anki(source, hidden):
    block = written(CLOZE, source, "").blocks[0]
    assert [deletion.text for deletion in read(block).deletions] == hidden


@pytest.mark.parametrize(
    ("source", "blocks", "cards"),
    [
        (
            "{{c1::a {{c2::b::hint}} c}} d",
            ("C: {{c1::a b c}} d", "C: a {{c2::b::hint}} c d"),
            [(0, 0), (1, 1)],
        ),
        ("{{c1::{{c1::a}} b}} {{c2::c}}", ("C: {{c1::a b}} c", "C: a b {{c2::c}}"), [(0, 0), (1, 1)]),
        ("{{c1,2::a}} {{c3::b}}", ("C: {{c1::a}} b", "C: a {{c3::b}}"), [(0, 0), (1, 0), (2, 1)]),
        (
            "{{c1::{{c2::a}} {{c3::b}}::x}}",
            ("C: {{c1::a b::x}}", "C: {{c2::a}} b", "C: a {{c3::b}}"),
            [(0, 0), (1, 1), (2, 2)],
        ),
        ("{{c1::}} a {{c2::b}}", ("C: a {{c2::b}}", "Q: \\[…] a b\nA: a b"), [(0, 1), (1, 0)]),
    ],
)
def test_cards_whose_deletions_no_note_holds_together_are_written_one_by_one(source, blocks, cards):
    result = written(CLOZE, source, "", ordinals=range(len(cards)))
    assert result.blocks == blocks
    assert [(card.ordinal, card.block) for card in result.cards] == cards
    assert [card.facet in facets(result.notes[card.block]) for card in result.cards] == [True] * len(cards)
    assert not any("left out" in problem for problem in result.problems)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{c1::image-occlusion:rect:left=.1}}", "card 1 is left out: dquiz would not read it as it is"),
        ("no deletion", "card 1 is left out: no deletion has its number"),
        ("{{c1::never closed", "card 1 is left out: no deletion has its number"),
        ("{{c2::a {{c3::b}}}}", "card 1 is left out: no deletion has its number"),
    ],
)
def test_a_card_that_hides_no_text_is_left_out_and_told(source, reason):
    result = written(CLOZE, source, "")
    assert (result.blocks, result.cards) == ((), ())
    assert reason in result.problems


def test_masks_over_a_picture_are_one_card_that_shows_it_whole():
    kind = note_type(
        ("{{cloze:Masks}}{{Header}}{{Picture}}", "{{cloze:Masks}}{{Picture}}{{More}}"),
        fields=("Masks", "Picture", "Header", "More"),
        cloze=True,
    )
    masks = "{{c1::image-occlusion:rect:left=.1}}<br>{{c2::image-occlusion:ellipse:rx=.1}}"
    result = written(kind, masks, '<img src="p.png">', "Parts", "all", ordinals=[0, 1])
    assert result.blocks == ("- Q: Parts\n\n  ![](media/00.png)\n\n  A: all",)
    assert [(card.ordinal, card.block, card.facet) for card in result.cards] == [(0, 0, "fwd"), (1, 0, "fwd")]
    assert result.media == {"p.png"}
    assert result.problems == (
        "its cards cannot stand in one note: it hides parts of a picture",
        "cards 1, 2 ask the same here: they become one",
    )


def test_deletions_inside_each_other_without_end_are_read_in_time():
    before = time.process_time()
    result = written(CLOZE, "{{c1::x " * 60_000 + "}}" * 60_000, "", ordinals=range(400))
    assert result.cards == ()
    assert time.process_time() - before < 5


def test_a_card_whose_deletion_is_gone_is_told():
    result = written(CLOZE, "{{c2::a}}", "", ordinals=[0, 1])
    assert [card.ordinal for card in result.cards] == [1]
    assert result.problems == ("card 1 is left out: no deletion has its number",)


# --- tags and templates ----------------------------------------------------------------------------------------------


def test_tags_that_notes_cannot_spell_are_told():
    result = written(BASIC, "q", "a", tags=("a::b", "c++", "skip", "42", "\u202ex y"))
    assert read(result.blocks[0]).tags == ("a/b", "c", "x-y")
    assert len(result.problems) == 4


def test_a_question_of_code_alone_has_no_place_for_tags():
    result = written(BASIC, "<pre>x = 1</pre>", "a", tags=("t",))
    assert read(result.blocks[0]).tags == ()
    assert result.problems == ("card 1: there is no place for its tags",)


def test_a_template_is_read_for_names_only():
    kind = note_type(
        (
            "<script>x({{Back}})</script><!-- {{Back}} --><a href='{{Back}}'>{{ text:Front }}</a>{{tts en:Back}}",
            "{{FrontSide}}{{^Front}}{{Front}}{{/Front}}{{Back}}{{Tags}}{{unknown}}",
        )
    )
    shown = sides(kind, kind.templates[0], {0, 1})
    assert (shown.front, shown.back, shown.typed, shown.computed) == ((0,), (1,), False, False)


def test_cards_that_ask_the_same_become_one():
    kind = note_type(("{{Front}}", "{{Back}}"), ("<i>{{Front}}</i>", "{{Back}}"), ("{{Back}}", "{{Front}}"))
    result = written(kind, "q", "a")
    assert result.blocks == ("Q: q\nA: a", "Q: a\nA: q")
    assert [(card.ordinal, card.block, card.facet) for card in result.cards] == [
        (0, 0, "fwd"),
        (1, 0, "fwd"),
        (2, 1, "fwd"),
    ]
    assert result.problems == ("card 2 asks the same as card 1: they become one",)


def test_a_template_with_other_braces_is_read_as_well():
    kind = note_type(
        ("{{=<% %>=}}<b><%Front%></b>", "{{=<% %>=}}<%FrontSide%> {{x}} <%#Back%><%Back%><%/Back%>")
    )
    assert written(kind, "q", "a").blocks == ("Q: q\nA: a",)


def test_both_directions_stand_apart_where_that_is_asked_for():
    result = write_note(anki_note(BOTH, "a", "b"), MEDIA, both=False)
    assert result.blocks == ("Q: a\nA: b", "Q: b\nA: a")
    assert [(card.ordinal, card.block, card.facet) for card in result.cards] == [(0, 0, "fwd"), (1, 1, "fwd")]


def test_a_question_that_is_only_read_aloud_is_taken_from_its_field():
    kind = note_type(("{{tts en_US voices=Apple:Front}}", "{{Back}}"))
    assert written(kind, "q", "a").blocks == ("Q: q\nA: a",)


def test_a_picture_that_is_not_at_hand_is_asked_by_its_name_where_nothing_else_is():
    result = written(BASIC, '<img src="lost.png">', 'a <img src="gone.png">')
    assert result.blocks == ("Q: lost.png\nA: a",)
    assert len(result.problems) == 2


def test_a_question_that_is_computed_is_taken_from_the_fields_and_told():
    kind = note_type(("<script>ask('{{Front}}')</script>", "{{Back}}"))
    result = written(kind, "q", "a")
    assert result.blocks == ("Q: q\nA: a",)
    assert "computed" in result.problems[0]


# --- hostile text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "---<br>deck: other<br>---<br>Q: more<br>A: of it",
        "# h<br><br>## What is this?<br><br>Q: two<br>A: three<br><br>```",
        "<p>one</p><p>**Really?**</p><p>C: {{x}} [y]</p><p>a :: b ::: c</p>",
        "&lt;details&gt;&lt;summary&gt;a?&lt;/summary&gt;b&lt;/details&gt;",
        "&lt;!-- dquiz:off --&gt;<br>tags: [a, b]<br>#tag.x.y",
        "<ul><li>Q: a</li><li>[x] b</li><li>[ ] c</li></ul>A. x<br>Answer: A",
        "<ol><li>A. a</li><li>B. b</li></ol><p>Answer: B</p>",
        "<pre>```\n---\nQ: a\nA: b\n# c\n&lt;details&gt;\n~~~</pre>",
        "q\x1b]52;c;aGk=\x1b\\\x9b6n\u202e",
        "[latex]\\input{/etc/passwd}[/latex] [$]\\write18{id}[/$]",
        "- Q: a<br>  A: b<br>&gt; Q: c",
        "*Q:* a<br><b>Q</b>: b<br>🔥 Q: c<br>accept: x",
    ],
)
@pytest.mark.parametrize("kind", [BASIC, CLOZE])
def test_text_that_would_be_structure_stays_in_its_note(text, kind):
    for fields in ((f"q? {{{{c1::z}}}} {text}", "end"), ("q {{c1::z}}", text)):
        result = written(kind, *fields, tags=("t",))
        (block,) = result.blocks
        deck = parse(f"Q: before\n\n{block}\n\nQ: behind\nA: x\n".encode(), file="deck.md", deck="deck")
        assert [note.prompt for note in deck.notes][::2] == ["before", "behind"]
        assert deck.notes[1].tags == ("t",)
        assert (deck.name, deck.problems, result.fenced) == ("deck", (), 0)


SLOW = {
    "nested blocks": "<div>" * 10_000 + "x",
    "nested lists": "<ul><li>" * 10_000 + "x",
    "nested styles": "<b>" * 10_000 + "x" + "</b>" * 10_000,
    "nested tables": "<table><tr><td>" * 10_000 + "x",
    "bare signs": "<" * 100_000,
    "open comments": "<!--" * 50_000,
    "open tags": "<a " * 50_000,
    "open quotes": '<a b=">" ' * 30_000,
    "slashes": "<a " + "/" * 300_000,
    "ampersands": "&" * 200_000,
    "open deletions": "{{c1::" * 30_000,
    "open formulas": r"\(a <b> [latex]$" * 10_000 + r"\) [/latex]",
    "open sounds": "[sound:" * 30_000,
    "stars": "*a" * 100_000,
    "paragraphs": "<p>a</p>" * 30_000,
    "bold words": "<b>a</b> " * 20_000,
}


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("kind", [BASIC, CLOZE])
def test_hostile_fields_take_linear_time(source, kind):
    start = time.process_time()
    written(kind, "q {{c1::z}}", source)
    written(kind, source + "{{c1::z}}", "a")
    assert time.process_time() - start < 6


# --- properties ------------------------------------------------------------------------------------------------------

_ATOMS = [
    *("<b>", "</b>", "<i>", "<code>", "</code>", "<pre>", "</pre>", "<br>", "<div>", "</div>", "<ul>", "</ul>", "<li>"),
    *("<table>", "<tr>", "<td>", "</table>", "<blockquote>", "<h2>", "<hr>", "<img src=p.png alt=x>", r"\(x\)", "\\"),
    *(" ", "a", "B", "(x)", ".", "1. ", "- ", "# ", "> ", "---", "Q: ", "A: ", "B: ", "C: ", " :: ", " #tag", " ^id"),
    *("[x]", "[ ] ", "(u)", "!", "`", "```", "|", "*", "_", "{", "}", "$", "&lt;b&gt;", "&lt;details&gt;", "TODO"),
    *("True", "true or false ", "{{c1::x}}", "{{c2::y::h}}", "{{c1::", "}}", "::", "tags&#58; x", "**Why?**"),
]  # fmt: skip
field_html = st.lists(st.sampled_from(_ATOMS), max_size=14).map("".join)
kinds = st.sampled_from([BASIC, BOTH, TYPED, CLOZE])
tag_sets = st.lists(st.sampled_from(["a::b", "x", "c-d", "E"]), max_size=2, unique=True).map(tuple)


@given(kinds, field_html, field_html, tag_sets)
@settings(max_examples=300)
def test_every_block_is_read_back_as_the_cards_that_it_was(kind, first, second, tags):
    note = anki_note(kind, first, second, tags=tags, ordinals=range(3) if kind.cloze else None)
    result = write_note(note, MEDIA)
    assert [read(block) for block in result.blocks] == list(result.notes)
    for card in result.cards:
        assert card.facet in facets(result.notes[card.block])
    told = {card.ordinal for card in result.cards}
    assert told == {card.ordinal for card in note.cards} or result.problems
    for block in result.blocks:
        assert parse(block.encode(), file="deck.md", deck="deck").problems == ()
        assert block == block.strip("\n")
