"""cards, search, show, suspend, bury, flag: which cards are found, and what is said about them."""

from __future__ import annotations

import re

import pytest

ROW = {
    "id": str,
    "note": str,
    "facet": str,
    "file": str,
    "path": str,
    "line": int,
    "deck": str,
    "kind": str,
    "section": str,
    "context": list,
    "earlier": list,
    "prompt": str,
    "answer": str,
    "tags": list,
    "draft": bool,
    "state": str,
    "step": type(None),
    "due": type(None),
    "stability": type(None),
    "difficulty": type(None),
    "interval": int,
    "reps": int,
    "lapses": int,
    "last_review": type(None),
    "suspended": bool,
    "buried_until": type(None),
    "flag": int,
    "marked": bool,
    "leech": bool,
    "changed": bool,
    "retired": bool,
    "remark": str,
    "asked": str,
}


@pytest.fixture(autouse=True)
def library(desk, environment):
    """Two decks, one below the other, and a reviewed card."""
    environment |= {"DQUIZ_DATABASE": str(desk.database), "DQUIZ_COLLECTION__SHIPPED": "false"}
    desk.write(
        "aws/iam.md", "# IAM\n\nQ: Who assumes a role? #cloud ^role\nA: A principal.\n\nQ: Is it open?\n"
    )
    desk.write("aws.md", "Region :: a place with several zones\n\nC: An [object] lies in a [bucket].\n")
    desk.write("dns.md", "der Hund ::: the dog\n\n- [x] feed the dog\n")
    desk.sync()
    desk.rate("Region")
    desk.close()
    return desk


def prompts(ended):
    return [row["prompt"] for row in ended.data]


def test_a_row_has_these_keys_and_types(dquiz):
    row = dquiz("cards", "aws/iam", "--json").data[0]
    assert {name: type(value) for name, value in row.items()} == ROW
    assert (row["file"], row["line"], row["deck"], row["kind"]) == ("aws/iam.md", 3, "aws/iam", "qa")
    assert (row["prompt"], row["answer"]) == ("Who assumes a role?", "A principal.")
    assert (row["tags"], row["context"], row["facet"]) == (["cloud"], ["IAM"], "fwd")
    assert (row["state"], row["reps"], row["retired"]) == ("new", 0, False)


def test_a_reviewed_card_has_its_schedule(dquiz):
    [row] = [row for row in dquiz("cards", "aws", "--json").data if row["reps"]]
    assert (row["state"], row["reps"], row["lapses"], row["step"]) == ("learning", 1, 0, 1)
    assert (row["due"], row["last_review"]) == ("2026-11-24T12:10:00Z", "2026-11-24T12:00:00Z")
    assert row["stability"] > 0
    assert 1 <= row["difficulty"] <= 10


def test_siblings_share_their_note_and_drafts_are_listed(dquiz):
    rows = dquiz("cards", "--json").data
    facets = {row["facet"].partition(":")[0]: row["note"] for row in rows}
    assert set(facets) == {"fwd", "rev", "cloze"}
    assert [row["note"] for row in rows].count(facets["cloze"]) == 2
    assert [row["note"] for row in rows].count(facets["rev"]) == 2
    assert [row["prompt"] for row in rows if row["draft"]] == ["Is it open?"]
    assert all(row["due"] is None for row in rows if row["draft"])
    assert len({row["id"] for row in rows}) == len(rows) == 7


def test_decks_and_paths_select_cards(dquiz, library):
    assert len(dquiz("cards", "aws", "--json").data) == 5
    assert len(dquiz("cards", "aws/iam", "dns", "--json").data) == 4
    assert len(dquiz("cards", library.notes / "aws.md", "--json").data) == 3
    assert len(dquiz("cards", library.notes / "aws", library.notes / "dns.md", "--json").data) == 4


def test_a_path_is_read_first(dquiz, library):
    library.asks("new.md", "Is it new?")
    assert prompts(dquiz("cards", library.notes / "new.md", "--json")) == ["Is it new?"]


def test_retired_cards_are_listed_with_all(dquiz, library):
    library.write("aws.md", "Region :: a place with several zones\n")
    dquiz("sync")
    assert len(dquiz("cards", "--json").data) == 5
    rows = dquiz("cards", "--all", "--json").data
    assert [row["kind"] for row in rows if row["retired"]] == ["cloze", "cloze"]


def test_cards_can_be_chosen_by_tag_and_query(dquiz):
    assert prompts(dquiz("cards", "--tag", "cloud", "--json")) == ["Who assumes a role?"]
    assert prompts(dquiz("cards", "--where", "is:learning", "--json")) == ["Region"]


def test_searching_finds_words_on_both_sides(dquiz):
    assert prompts(dquiz("search", "ZONES", "--json")) == ["Region"]
    found = prompts(dquiz("search", "kind:cloze or is:draft", "--json"))
    assert sorted(found) == [*["An [object] lies in a [bucket]."] * 2, "Is it open?"]
    assert dquiz("search", "nothing of the kind", "--json").data == []
    assert re.search(r"^[a-z2-7]{8}  \S+/aws\.md:1  Region$", dquiz("search", "zones").out, re.MULTILINE)
    assert dquiz("search", "colour:red", "--json").code == 2


def test_show_has_both_sides_and_the_history(dquiz, library):
    data = dquiz("show", f"{library.notes}/aws.md:1", "--json").data
    assert (data["front"], data["back"]) == ("Region", "a place with several zones")
    assert [review["rating"] for review in data["history"]] == ["good"]
    assert 0.9 <= data["retrievability"] <= 1
    assert set(data["preview"]) == {"again", "hard", "good", "easy"}
    out = dquiz("show", "aws.md:1").out
    assert "a place with several zones" in out
    assert "learning, 1 review," in out


@pytest.mark.parametrize("given", ["^role", "iam.md:3", "aws/iam.md:4", "./aws/iam.md:3", "id", "start"])
def test_a_card_is_found_by_id_anchor_and_place(dquiz, library, given):
    card = library.card("Who assumes")
    library.close()
    given = {"id": card.id, "start": card.id[:10]}.get(given, given)
    assert dquiz("show", given, "--json").data["id"] == card.id


SET_ASIDE = {
    "suspend": ("suspended", True, False),
    "bury": ("buried_until", "2026-11-25", None),
    "flag": ("flag", 1, 0),
}


@pytest.mark.parametrize("command", SET_ASIDE)
def test_cards_are_set_aside_and_taken_up_again(dquiz, command):
    name, on, off = SET_ASIDE[command]
    before = dquiz("due", "--json").data["new"]
    rows = dquiz(command, "^role", "dns.md:1", "--note", "--json").data
    assert [(row["prompt"], row[name]) for row in rows] == [
        ("Who assumes a role?", on),
        *[("der Hund", on)] * 2,
    ]
    due = dquiz("due", "--json").data["new"]
    assert before - due == (0 if command == "flag" else 2)
    rows = dquiz(command, "^role", "dns.md:1", "--note", "--off", "--json").data
    assert [row[name] for row in rows] == [off] * 3
    assert dquiz("undo", "--json").data["kind"] == command


def test_a_flag_has_a_colour(dquiz):
    assert dquiz("flag", "^role", "--color", "7", "--json").data[0]["flag"] == 7
    assert dquiz("flag", "^role", "--color", "8", "--json").code == 2


def test_several_cards_are_all_changed_or_none(dquiz, library):
    ended = dquiz("suspend", "^role", "nothing", "--json")
    assert (ended.code, ended.error["code"]) == (4, "card_not_found")
    assert not any(row["suspended"] for row in library.rows("card"))


def test_tags_levels_and_queries_narrow_together_in_every_command(dquiz, library):
    library.write(
        "net.md",
        "Q: What is a port? #net #junior\nA: A number.\n\nQ: What is a socket? #net #mid\nA: An end.\n\n"
        "Q: What is TLS? #safe #mid\nA: A protocol.\n",
    )
    dquiz("sync")
    assert len(dquiz("cards", "--tag", "net", "--tag", "safe", "--json").data) == 3
    assert prompts(dquiz("cards", "--tag", "net", "--level", "mid", "--json")) == ["What is a socket?"]
    assert dquiz("due", "--level", "mid", "--json").data["new"] == 2
    assert dquiz("next", "--tag", "safe", "--json").data["prompt"] == "What is TLS?"
    assert dquiz("next", "--where", "level:junior", "--json").data["prompt"] == "What is a port?"


@pytest.mark.parametrize("command", ["cards", "due", "review", "quiz", "interview"])
def test_what_no_card_is_tagged_is_told_with_what_there_is(dquiz, command):
    ended = dquiz(command, "aws", "--tag", "clouds")
    assert ended.code == 0
    assert "No card of aws is tagged clouds. Tags there: cloud." in ended.err
    assert "None has a level" in dquiz(command, "--level", "mid").err


def test_an_unknown_level_is_refused(dquiz):
    ended = dquiz("cards", "--level", "expert")
    assert (ended.code, "junior, mid or senior" in ended.err) == (2, True)


def test_a_search_without_a_hit_names_what_there_is(dquiz):
    assert "No card. Tags: cloud." in dquiz("search", "tag:clouds").err
    assert "No card. Decks: aws" in dquiz("search", "deck:awss").err
    assert "No card has all of these words." in dquiz("search", "zebra").err
    assert dquiz("search", "tag:clouds", "--json").data == []


@pytest.mark.parametrize(
    "query", ["tga:x", "(region", "region)", '"region', "region or", "level:x", "shape:x"]
)
def test_a_query_that_cannot_be_read_says_where(dquiz, query):
    ended = dquiz("search", query)
    assert (ended.code, "At: " in ended.err) == (2, True)


def test_a_plan_follows_its_filter(dquiz, library):
    library.write(
        "net.md", "Q: What is a port? #junior\nA: A number.\n\nQ: What is TLS? #mid\nA: A protocol.\n"
    )
    dquiz("sync")
    planned = dquiz("plan", "net", "--level", "junior", "--date", "2026-12-10", "--json").data
    assert (planned["cards"], planned["levels"]) == (1, ["junior"])
    assert "--level junior" in dquiz("plan", "--show").out
    assert dquiz("plan", "--show", "--json").data["today"]["new"] == 1


def test_what_is_asked_has_no_links_and_no_html(dquiz, library):
    library.write("link.md", "Q: What is a [[Partition|partition]] of <code>a | b</code>?\nA: A [[Log]].\n")
    library.sync()
    library.close()
    asked = "What is a partition of `a | b`?"
    [row] = dquiz("cards", "link", "--json").data
    assert row["asked"] == asked
    assert row["prompt"].startswith("What is a [[Partition|")
    assert asked in dquiz("cards", "link").out
    assert asked in dquiz("search", "partition").out
    shown = dquiz("show", row["id"]).out
    assert asked in shown
    assert "A Log." in shown


def test_a_deck_above_others_is_listed_with_the_sum_of_all(dquiz):
    counts = {line.split()[0]: line.split()[1] for line in dquiz("decks").out.splitlines()}
    of_each = {row["name"]: row["cards"] for row in dquiz("decks", "--json").data}
    assert counts["aws"] == str(of_each["aws"] + of_each["aws/iam"])
    assert counts["iam"] == str(of_each["aws/iam"])
