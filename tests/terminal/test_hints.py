from quiz.terminal.hints import first_words, listing, with_accepted


def test_items_carry_all_that_belongs_to_them():
    found = listing(
        "Three parts:\n\n- one\n  more of it\n  - nested\n- two\n\n  ```sh\n  - not an item\n  ```\n* three\n\nThe end."
    )
    assert found is not None
    assert found.lead == "Three parts:"
    assert found.items == (
        "- one\n  more of it\n  - nested",
        "- two\n\n  ```sh\n  - not an item\n  ```",
        "* three",
    )
    assert found.rest == "The end."


def test_code_between_items_is_no_item():
    found = listing("- the first one\n- the second one\n\n```\n- code\n- code\n```")
    assert found is not None
    assert found.items == ("- the first one", "- the second one")
    assert found.rest == "```\n- code\n- code\n```"


def test_the_rest_continues_behind_the_items_shown():
    found = listing("1. one\n2. two\n3. three\n\nEnd")
    assert found is not None
    assert found.after(2) == "3. three\n\nEnd"


def test_prose_with_a_short_list_is_no_listing():
    assert listing("A long paragraph that says nearly everything there is to say.\n\n- a\n- b") is None
    assert listing("- only one") is None
    assert listing("") is None


def test_first_words():
    assert first_words("```sh\ndocker run -d\n\nkubectl get\n```\n") == "docker …\nkubectl …"


def test_other_answers_that_are_right_are_named_below():
    assert with_accepted("`ls -a`\n\naccept: `ls --all`\naccept: `ls -A`") == (
        "`ls -a`\n\nalso accepted: `ls --all`, `ls -A`"
    )
    assert with_accepted("accept: this\n\nis text") == "accept: this\n\nis text"


def test_items_are_numbered_with_all_that_belongs_to_them():
    found = listing("Three:\n\n- one\n  - below\n\n  more\n* two\n7) three\n\nEnd.")
    assert found
    assert found.numbered == "Three:\n\n1. one\n   - below\n\n   more\n2. two\n3. three\n\nEnd."
