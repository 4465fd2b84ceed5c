"""Cases that an adversarial tester of the grammar found."""

import pytest
from conftest import read

NOTE = "# N\n\n## Overview\nx\n\n## Tips\n* tip\n\n## Interview Q&A\n{}\n"


def pairs(text, **options):
    return [(note.prompt, note.answer) for note in read(text, **options).notes]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Q: **Redis** vs Memcached?\nA: x\n", ("**Redis** vs Memcached?", "x")),
        ("* **Q:** **Docker** or VM?\n  **A:** y\n", ("**Docker** or VM?", "y")),
        ("## Q. **Foo** vs bar?\nans\n", ("**Foo** vs bar?", "ans")),
        ("**Q5: What is** x?\nans\n\n", ("**What is** x?\nans", "")),
        ("**Q5: Name it** ans\n", ("Name it", "ans")),
        ("Q: **What?** ans\n", ("What?", "ans")),
        ("Q: **Name it** A: ans\n", ("Name it", "ans")),
    ],
)
def test_a_question_that_only_starts_bold_is_not_wholly_bold(text, pair):
    assert pairs(text) == [pair]


def test_an_unmarked_question_that_only_starts_bold():
    assert ("**Docker** vs VM?", "") in pairs(NOTE.format("* **Docker** vs VM?"))


def test_a_listed_question_that_only_starts_bold():
    text = "# Questions\n\n* **What** is a?\n* Why is b?\n* c\n* d\n"
    assert [prompt for prompt, _ in pairs(text)][:2] == ["**What** is a?", "Why is b?"]
