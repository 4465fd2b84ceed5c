"""Notes that are edited on both sides: in Anki the text holds that was written last, and what was learned stays."""

from __future__ import annotations

NOTES = 70


def write(desk, changed=()):
    desk.write("deck.md", "\n".join(_asked(number, number in changed) for number in range(NOTES)))


def _asked(number, changed):
    return f"Q: What is number {number}?\nA: It is {number}{', and more' * changed}.\n"


def words(numbers):
    return " or ".join(f'"front:*number {number}?*"' for number in numbers)


def test_of_fifty_edited_notes_those_are_updated_that_were_not_edited_in_anki_later(desk, dquiz, anki):
    write(desk)
    dquiz.days_ago = 20
    dquiz("sync", desk.notes)
    dquiz.study([3] * 10)
    anki.create()
    assert anki.take(package=dquiz.exported())["new"] == NOTES
    assert anki.study(ratings=[3, 1, 4] * 8, days_ago=18) == 24
    # 60 to 69 are edited only there, 0 to 4 there before they are here, 5 to 14 there afterwards
    anki.change(how="edit", query=words(range(60, 70)), words=" (mine)", tag="mine", days_ago=15)
    anki.change(how="edit", query=words(range(5)), words=" (mine)", days_ago=15)
    write(desk, changed=range(50))
    dquiz.days_ago = 10
    assert dquiz("sync")["changed"] == 50
    anki.change(how="edit", query=words(range(5, 15)), words=" (mine)", tag="mine", days_ago=5)
    cards, notes = anki.cards(), anki.notes()
    assert anki.take(package=dquiz.exported()) == {"new": 0, "updated": 40, "duplicate": 30, "conflicting": 0}
    assert anki.cards() == cards
    after = {note["fields"][0]: (note["fields"][1], note["tags"]) for note in anki.notes().values()}
    before = {note["fields"][0]: (note["fields"][1], note["tags"]) for note in notes.values()}
    for number in range(NOTES):
        name = f"What is number {number}?"
        if number in {*range(5), *range(15, 50)}:
            assert after[name] == (f"It is {number}, and more.", [])
        else:
            assert after[name] == before[name]
    assert sum("mine" in tags for _, tags in after.values()) == 20
    dquiz.days_ago = 4
    assert anki.take(package=dquiz.exported())["duplicate"] == NOTES
    assert dquiz.taken(anki.given()) == (0, 0, 24)
    assert dquiz("sync")["unchanged"] == NOTES
    assert anki.check() == ""


def test_words_that_were_added_in_anki_are_shown_and_taken_into_the_file(desk, dquiz, anki):
    write(desk)
    dquiz.days_ago = 20
    dquiz("sync", desk.notes)
    anki.create()
    anki.take(package=dquiz.exported())
    query = '"front:*number 7?*"'
    anki.study(ratings=[3], only=query, days_ago=18)
    anki.change(how="edit", query=query, words=" And <b>mine</b>.", tag="own::tag", days_ago=15)
    dquiz.days_ago = 10
    package = anki.given()
    edits = dquiz("import", package)["edits"]
    assert [
        (edit["line"], edit["field"], edit["before"], edit["after"], edit["taken"]) for edit in edits
    ] == [
        (22, "Back", "It is 7.", "It is 7. And **mine**.", False),
        (22, "Tags", "", "#own/tag", False),
    ]
    assert {edit["taken"] for edit in dquiz("import", package, "--take-edits")["edits"]} == {True}
    lines = (desk.notes / "deck.md").read_text().split("\n")
    assert lines[21:23] == ["Q: What is number 7? #own/tag", "A: It is 7. And **mine**."]
    assert [card["reps"] for card in dquiz.cards().values() if "number 7?" in card["prompt"]] == [1]
    assert dquiz("import", package, "--take-edits")["edits"] == []
    dquiz.days_ago = 5
    assert anki.take(package=dquiz.exported())["updated"] == 1
    assert dquiz("import", anki.given())["edits"] == []
