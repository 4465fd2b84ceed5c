import io
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.terminal.console import SafeConsole
from quiz.terminal.faces import Look, face, has_inline_html, is_simple
from quiz.terminal.markdown import Face

from .screens import drawn

NOTE = """\
Some `code`, **bold** text and a [link](https://x.y),
second line. `List<int>` is List<int>, <div> is <div>.
![Ports of a container](ports.png)

- one
- two, which goes on and on until it has to be wrapped behind the edge
  1. nested

     ```bash
     docker run -d -p 8080:80 --name web nginx
     ```
  2. `x`

> quoted

| flag | meaning |
|------|---------|
| `-d` | detached |

## Heading

```python
def f(x: int) -> int:

    return x
```

***
End
"""

AT_34 = """\
Some `code`, bold text and a link,
second line. `List<int>` is
List<int>, <div> is <div>.
[image: Ports of a container]

 • one
 • two, which goes on and on until
   it has to be wrapped behind the
   edge
    1. nested
           docker run -d -p
         ↪ 8080:80 --name web
         ↪ nginx
    2. `x`

▌ quoted

flag  meaning
──────────────
`-d`  detached

Heading

    def f(x: int) -> int:

        return x

───

End"""

AT_80 = """\
Some `code`, bold text and a link,
second line. `List<int>` is List<int>, <div> is <div>.
[image: Ports of a container]

 • one
 • two, which goes on and on until it has to be wrapped behind the edge
    1. nested
           docker run -d -p 8080:80 --name web nginx
    2. `x`

▌ quoted

flag  meaning
──────────────
`-d`  detached

Heading

    def f(x: int) -> int:

        return x

───

End"""


@pytest.mark.parametrize(
    ("width", "screen"),
    [
        (34, AT_34),
        (
            60,
            AT_80.replace(
                " • two, which goes on and on until it has to be wrapped behind the edge",
                " • two, which goes on and on until it has to be wrapped\n   behind the edge",
            ),
        ),
        (80, AT_80),
        (120, AT_80),
    ],
)
def test_a_note_is_shown_as_it_was_written(width, screen):
    assert drawn(face(NOTE), width) == screen


def test_without_unicode_everything_is_ascii():
    shown = drawn(face(NOTE), 34, unicode=False)
    assert shown.isascii()
    assert "         \\ 8080:80 --name web" in shown
    assert " * one" in shown
    assert "| quoted" in shown


def test_a_long_command_is_broken_at_blanks_and_marked():
    command = "```sh\ndocker run -d -p 8080:80 --name web nginx\n```"
    assert drawn(face(command), 34) == "    docker run -d -p 8080:80\n  ↪ --name web nginx"


def test_a_word_without_blanks_is_broken_at_the_edge():
    assert drawn(face("```\n" + "x" * 40 + "\n```"), 24) == "    " + "x" * 20 + "\n  ↪ " + "x" * 20


def test_an_indent_is_no_place_to_break():
    assert drawn(face("```\n" + " " * 12 + "abcdefghijkl mno\n```"), 24) == (
        "                abcdefgh\n  ↪ ijkl mno"
    )


def test_what_a_code_line_says_is_not_changed_by_highlighting():
    code = "\tif x:\n\n\t\treturn  'ä漢字' # done"
    assert drawn(face(f"```python\n{code}\n```")) == ("        if x:\n\n            return  'ä漢字' # done")


def test_code_has_no_background_and_code_spans_keep_their_backticks():
    out = io.StringIO()
    console = SafeConsole(out, width=60, force_terminal=True, color_system="truecolor")
    console.print(face("`x` **b**\n\n```python\nreturn 'a'\n```", Look("monokai")))
    assert "`x`" in out.getvalue()
    assert "38;2;" in out.getvalue(), "code is highlighted"
    assert ";48;" not in out.getvalue()
    assert "[48;" not in out.getvalue()
    assert "[40m" not in out.getvalue()


def test_html_is_text():
    assert drawn(face("**x**\n\n<div>\nblock\n</div>\n\n<!-- remark -->")) == (
        "x\n\n<div>\nblock\n</div>\n\n<!-- remark -->"
    )


def test_harmless_html_is_read_as_markdown():
    assert (
        drawn(face("Press <kbd>Ctrl</kbd>, run <code>ls</code>, <b>now</b>")) == "Press `Ctrl`, run `ls`, now"
    )


def test_deep_lists_stay():
    deep = "\n".join("  " * depth + f"- level {depth}" for depth in range(20))
    shown = drawn(face(deep), 34)
    assert all(f"level {depth}" in shown for depth in range(20))
    assert max(map(len, shown.split("\n"))) <= 34


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n".join(f"line {number}" for number in range(1000)), "… 600 more lines; e opens the file"),
        ("x" * 65_000, "… 1,000 more characters; e opens the file"),
        ("x\n" * 401 + "y", "… 2 more lines; e opens the file"),
    ],
)
def test_of_very_long_texts_a_part_is_shown(text, told):
    assert drawn(face(text)).endswith(told)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "```python\n" + "x = 1\n" * 20_000 + "```",
        "|a|b|\n|-|-|\n" + "|c|d|\n" * 20_000,
        "[" * 50_000,
        "*a_ " * 20_000,
        "`" * 60_000,
        "> " * 5_000 + "x",
        "- " * 5_000,
    ],
    ids=["line", "fence", "table", "brackets", "emphasis", "backticks", "quotes", "lists"],
)
def test_no_text_takes_long(text):
    begin = time.process_time()
    drawn(face(text), 34)
    assert time.process_time() - begin < 1.5


FRAGMENTS = st.sampled_from(
    [
        *"abZ 19`*_-+#>=|~[]()!&.:;\"'<{}\\/,é\n\t",
        "``",
        "  \n",
        "\n\n",
        "http://x.y",
        "&amp;",
        "a_b",
        "1. ",
        "- ",
        "List<int>",
        "<http://x>",
        "<a@b.c>",
        "< ",
        "* ",
        "`x`",
        "` y `",
        "```",
        "    ",
        "é*",
        "*x*",
        "~~x~~",
        "[a]: b\n",
        "---",
        "===",
    ]
)


@settings(max_examples=800)
@given(st.lists(FRAGMENTS, min_size=1, max_size=12).map("".join))
def test_simple_text_looks_as_the_renderer_of_markdown_would_draw_it(text):
    if is_simple(text) and not has_inline_html(text):
        assert drawn(face(text), 30) == drawn(Face(text.strip("\n")), 30)


def test_simple_text_is_drawn_without_loading_the_renderer():
    script = (
        "import sys\nfrom quiz.terminal.faces import is_simple, face\n"
        "import quiz.terminal.review, quiz.terminal.plain\n"
        "face('Publish port 80 on port `8080`, named `web`. Is a_b < c?')\n"
        "heavy = {'rich.markdown', 'pygments', 'markdown_it', 'sqlalchemy', 'quiz.notes', 'fsrs'}\n"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
