import io
import re
import sys

import pytest
from rich.markdown import Markdown
from rich.panel import Panel
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from quiz.cards import Card, CardId, Kind, Note, NoteId
from quiz.session import Progress
from quiz.terminal import asides, frame
from quiz.terminal.console import SafeConsole
from quiz.terminal.faces import face
from quiz.terminal.markdown import Face
from quiz.terminal.safety import links, may_open
from quiz.visible import one_line, visible

from .screens import drawn

PAYLOADS = {
    "clipboard": "\x1b]52;c;eA==\x1b\\",
    "clipboard, ended by BEL": "\x1b]52;c;eA==\x07",
    "clipboard, 8 bit": "\x9d52;c;eA==\x9c",
    "link": "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "title": "\x1b]0;title\x07",
    "cursor up": "\x1b[5A",
    "cursor, 8 bit": "\x9b5A",
    "clear": "\x1b[2J\x1b[H",
    "alternate screen": "\x1b[?1049h",
    "reset": "\x1bc",
    "where is the cursor": "\x1b[6n",
    "where is the cursor, 8 bit": "\x9b6n",
    "what are you": "\x1b[c\x1b[>c",
    "settings": "\x1bP$qm\x1b\\",
    "capability": "\x1bP+q544e\x1b\\",
    "background": "\x1b]11;?\x1b\\",
    "mouse": "\x1b[?1003h",
    "kitty": "\x1b_Ga=T;AAAA\x1b\\",
    "colour": "\x1b[31mred",
    "return": "safe\rrm -rf",
    "backspace": "abc\b\b\bxyz",
    "shift out": "\x0eabc\x0f",
    "delete, null": "a\x7fb\0c",
    "other separators": "a\x0bb\x0cc\u2028d\u2029e",
    "reordered": "\u202egnp.exe",
    "isolated": "\u2066a\u2069 \u200fb",
    "tags": "a\U000e0041\U000e0042b",
    "entities": "&#8238;x&#27;[6n&#x9b;6n",
    "surrogate": "a\udc9bb",
    "markup link": "[link=http://evil]x[/link]",
    "markup that fails": "arr[/b]",
    "emoji name": "a:b:c :smile:",
}


def in_table(text: str) -> Table:
    table = Table(title=text)
    table.add_column(text)
    table.add_row(Text(text))
    return table


ROUTES = {
    "simple text": lambda text: face(f"text {text}"),
    "code span": lambda text: face(f"text `{text}`"),
    "markdown": lambda text: Face(f"**text** {text}"),
    "heading": lambda text: Face(f"# {text}"),
    "fence": lambda text: Face(f"```python\n{text}\n```"),
    "fence without a language": lambda text: Face(f"```\n{text}\n```"),
    "language": lambda text: Face(f"```{text}\nx\n```"),
    "list": lambda text: Face(f"- {text}\n  1. {text}"),
    "quote": lambda text: Face(f"> {text}"),
    "table": lambda text: Face(f"| {text} | b |\n|---|---|\n| {text} | c |"),
    "link": lambda text: Face(f"[{text}](https://x.y/{text} '{text}')"),
    "image": lambda text: Face(f"![{text}]({text})"),
    "html": lambda text: Face(f"<div title='{text}'>{text}</div>"),
    "breadcrumb": lambda text: frame.header(card(text), Progress(1, 2, 0, None), 80)[0],
    "breadcrumb, narrow": lambda text: frame.header(card(text), Progress(1, 2, 0, None), 34)[1],
    "information": lambda text: Text("\n".join(asides.information(card(text), None, [], None))),
    "Rich: text": Text,
    "Rich: markdown": Markdown,
    "Rich: syntax": lambda text: Syntax(text, "python"),
    "Rich: panel": lambda text: Panel(Text(text), title=Text(text)),
    "Rich: table": in_table,
    "Rich: string": lambda text: text,
}
STYLE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;(?:id=\d+;https://x\.y/[!-~]*|;)\x1b\\")


def card(text: str) -> Card:
    note = Note(kind=Kind.QA, prompt=text, answer=text, deck=f"a/{text}", context=("Top", text), file=text)
    return Card(id=CardId("k3f9a2c"), note_id=NoteId("n"), facet="fwd", note=note, path=f"/x/{text}.md")


def dangerous(text: str) -> list[str]:
    bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    return [
        hex(ord(c))
        for c in text
        if (ord(c) < 32 and c != "\n")
        or 0x7F <= ord(c) < 0xA0
        or c in bidi
        or 0xD800 <= ord(c) < 0xE000
        or 0xE0000 <= ord(c) < 0xE0080
    ]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("width", [20, 100])
def test_no_payload_reaches_the_terminal_by_any_route(route, width):
    for name, payload in PAYLOADS.items():
        out = io.StringIO()
        console = SafeConsole(out, width=width, force_terminal=True, color_system="truecolor")
        console.print(ROUTES[route](payload))
        assert dangerous(STYLE.sub("", out.getvalue())) == [], name


def test_payloads_are_dangerous_without_the_console():
    """The test above can fail: as they are, most payloads are seen as what they are."""
    harmless = {"entities", "markup link", "markup that fails", "emoji name"}
    assert {name for name, payload in PAYLOADS.items() if not dangerous(payload)} == harmless


def test_text_that_looks_like_markup_is_shown_as_it_is():
    assert drawn(face("`arr[/b]` a:b:c [link=x]y[/link] Optional[int] :smile:")) == (
        "`arr[/b]` a:b:c [link=x]y[/link] Optional[int] :smile:"
    )


def test_even_a_mere_string_is_shown_as_it_is():
    out = io.StringIO()
    SafeConsole(out, width=80, force_terminal=True).print("a:b:c :smile: arr[/b] [b]x[/b] 127.0.0.1")
    assert out.getvalue() == "a:b:c :smile: arr[/b] [b]x[/b] 127.0.0.1\n"


def test_control_characters_become_visible():
    assert visible("a\x1b[6n\x07\x9b\u202e\n\tb") == "a␛[6n␇\ufffd<U+202E>\n\tb"
    assert one_line(" a\n\x1b b ") == "a ␛ b"


def test_every_character_is_either_shown_or_stands_for_itself():
    stand_ins = {c: visible(chr(c)) for c in range(sys.maxunicode + 1) if visible(chr(c)) != chr(c)}
    assert len(stand_ins) == 32 - 2 + 1 + 32 + 2048 + 2 + 12 + 128
    assert not dangerous("".join(stand_ins.values()))


@pytest.mark.parametrize(
    "link",
    [
        "ssh://-oProxyCommand=id",
        "smb://x",
        "file:///etc/passwd",
        "javascript:x",
        "tel:1",
        "notes.md",
        "http://a b",
        "https://x\x1b]0;",
        'https://x"y',
        "",
    ],
)
def test_other_links_are_no_links(link):
    assert not may_open(link)
    out = io.StringIO()
    console = SafeConsole(out, force_terminal=True, color_system="truecolor")
    console.print(Text("x", style=Style(link=link)))
    assert "\x1b]8" not in out.getvalue()


def test_links_are_found_in_order():
    markdown = "See [a](https://a.example/x_(y)), <https://b.example>, ![i](img.png) and https://c.example/d. [n](n.md)"
    assert links(markdown) == ["https://a.example/x_(y)", "https://b.example", "https://c.example/d"]
