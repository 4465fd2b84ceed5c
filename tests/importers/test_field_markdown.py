"""One field of HTML, and the answer that dquiz reads in the note it becomes."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from exporters.html import blocks
from quiz.importers.anki.writing import visible
from quiz.importers.anki.writing.fields import read_field
from quiz.importers.anki.writing.html import Tag, tokens
from quiz.terminal.markdown import Face

MEDIA = {"cat (1).png": "media/00.png", "a.mp3": "media/11.mp3"}


def markdown(source):
    versions = read_field(source, MEDIA).versions
    return "\n".join(versions[0].lines) if versions else ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a</b>, <strong>b</strong>", "**a**, **b**"),
        ("<i>a</i>, <em>b</em>", "*a*, *b*"),
        ("<s>a</s>, <del>b</del>, <strike>c</strike>", "~~a~~, ~~b~~, ~~c~~"),
        ("run <code>ls -l</code> <kbd>x`y</kbd>", "run `ls -l` ``x`y``"),
        (
            "<pre><code>if a &lt; b:\n  <span class='k'>pass</span></code></pre>",
            "```\nif a < b:\n  pass\n```",
        ),
        ("<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````"),
        ("one<br>two", "one\\\ntwo"),
        ("one<br><br>two", "one\n\ntwo"),
        ("<p>one</p><div>two</div>three", "one\n\ntwo\n\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n   - b\n2. c"),
        ("<ul><li>a<pre>x</pre></li></ul>", "- a\n\n  ```\n  x\n  ```"),
        ("<blockquote>a<br>b</blockquote>", "> a\\\n> b"),
        ("<h2>a</h2>b", "**a**\n\nb"),
        ("a<hr>b", "a\n\n* * *\n\nb"),
        ('<a href="https://x.example/a (b)">t</a>', "[t](https://x.example/a%20%28b%29)"),
        ('<a href="mailto:a@b.example">t</a>', "[t](mailto:a@b.example)"),
        ('<a href="javascript:alert(1)">t</a>', "t"),
        ('<img src="cat (1).png" alt="a [cat]">', "![a \\[cat\\]](media/00.png)"),
        ("hear [sound:a.mp3]", "hear [a.mp3](media/11.mp3)"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td><code>x|y</code></td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1\\|2 | `x\\|y` |",
        ),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "|  |  |\n| --- | --- |\n| a | b |"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a \u2003 b\n\nc"),
        (r"\(x_1 * y\) and \[\frac{1}{2}\]", r"$x_1 * y$ and $$\frac{1}{2}$$"),
        ("[$]x[/$] [$$]y[/$$] [latex]a<br>b[/latex]", "$x$ $$y$$ $a b$"),
        ("x<sub>1</sub>, 2<sup>10</sup>", "x<sub>1</sub>, 2<sup>10</sup>"),
        ("<u>a</u><span style='color:red'>b</span>", "ab"),
    ],
)
def test_what_html_says_is_said_in_markdown(source, expected):
    assert markdown(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a </b>b", "**a** b"),
        ('foo<b>"x"</b>bar', 'foo"x"bar'),
        ("<i>(x)</i>y", "(x)y"),
        ("a<b></b>b<i> </i>c", "ab c"),
        ("<b>a</b><i>b</i>", "**a**b"),
        ("<b>a<i>b</i></b>", "**a*b***"),
        ("<b><i>never closed", "***never closed***"),
    ],
)
def test_emphasis_that_would_show_its_marks_is_dropped(source, expected):
    assert markdown(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("- a", r"\- a"),
        ("12. a", r"12\. a"),
        ("1) a", r"1\) a"),
        ("# a<br>## b", "\\# a\\\n\\## b"),
        ("&gt; a", r"\> a"),
        ("===", r"\==="),
        ("a<br>---", "a\\\n\\---"),
        ("Q: a<br>A: b<br>C: c", "Q\\: a\\\nA\\: b\\\nC\\: c"),
        ("<b>Q:</b> a", r"**Q\:** a"),
        ("a #tag", r"a \#tag"),
        ("a ^id", r"a \^id"),
        ("*a* _b_ snake_case 2 * 3", r"\*a\* \_b\_ snake_case 2 \* 3"),
        ("[a](b) x[0] ![c](d)", r"\[a](b) x[0] !\[c](d)"),
        ("`a` ~~b~~ a~b", r"\`a\` \~\~b\~\~ a~b"),
        ("a &lt; b, List&lt;int&gt;", r"a < b, List\<int>"),
        ("&lt;b&gt;x&lt;/b&gt;", "&lt;b>x&lt;/b>"),
        ("&lt;details&gt;&lt;!-- x --&gt;", "&lt;details>&lt;!-- x -->"),
        ("&amp;amp; R&amp;D", r"\&amp; R&D"),
        (r"C:\dir \* \n", r"C:\dir \\\* \n"),
        ("$5 or $6", r"\$5 or \$6"),
        ("costs $5", "costs $5"),
        ("tags: a, b", "tags&#58; a, b"),
        ("C# and F#", "C# and F#"),
        ("a | b<br>--- | ---", "a | b\\\n\\--- | ---"),
    ],
)
def test_text_that_looks_like_markup_stays_text(source, expected):
    assert markdown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>q",
        "<SCRIPT src=//x.example/a.js></SCRIPT >q",
        "<style>p{}</style>q",
        "<iframe src=https://x.example><b>no</b></iframe>q",
        "<svg><g><svg/><a href='javascript:x'>no</a></g></svg>q",
        "<form><input value=no><form>no</form></form>q",
        "<template>no</template><object>no</object><embed src=no>q",
        "<!-- no --><![CDATA[no]]><?no?>q",
        "<span onclick='no' style='background:url(no)' class=no>q</span>",
        "<img src=x onerror=alert(1)>q",
        '<img src="https://tracker.example/p.png">q',
        '<img src="data:image/svg+xml,no">q',
        "<a href='data:text/html,no'>q</a>",
        "<a href=' java\nscript:no'>q</a>",
        "q<script>alert(1)",
        "q<!-- no",
    ],
)
def test_nothing_that_runs_or_loads_comes_through(source):
    assert markdown(source) == "q"


def test_a_remote_picture_leaves_its_description_and_a_remark():
    field = read_field('<img src="https://x.example/p.png" alt="a map">', MEDIA)
    assert field.versions[0].lines == ("a map",)
    assert field.problems == ("https://x.example/p.png is none of the package's files",)
    assert not field.media


def test_files_of_the_package_are_named():
    assert read_field('<img src="cat (1).png">[sound:a.mp3][sound:b.mp3]', MEDIA).media == {*MEDIA}


def test_characters_that_nobody_sees_are_removed():
    source = "a\x1b]52;c;x\x1b\\\x07b\x85\u202ec\u2066\u200f\U000e0041d&#27;&#x9b;\ud800"
    assert markdown(source).startswith(r"a]52;c;x\bcd")
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e-\u200f\u202a-\u202e\u2066-\u2069\ud800]", markdown(source)
    )


def test_a_reference_to_a_huge_number_is_no_error():
    assert markdown(f"a&#{'9' * 5000};b") == "a\ufffdb"


def test_signs_in_code_are_code():
    assert markdown(r"<code>\(a\)</code> <code>[sound:a.mp3]</code>") == r"`\(a\)` `[sound:a.mp3]`"


def test_a_tag_that_is_never_closed_is_text():
    assert markdown("if a <x and c") == r"if a \<x and c"


def test_a_field_in_which_nothing_is_seen_has_no_version():
    assert read_field("<div><br></div>&nbsp;", MEDIA).versions == ()


def test_deep_nesting_keeps_the_text():
    source = "<ul><li>a" * 50 + "<blockquote>" * 50 + "<b>" * 50 + "end"
    assert "end" in markdown(source)
    assert visible.folded(visible.of_markdown(markdown(source))) == " ".join(["a"] * 50 + ["end"])


# --- properties ------------------------------------------------------------------------------------------------------

TAGS = [
    *(
        "b",
        "i",
        "s",
        "sub",
        "sup",
        "code",
        "pre",
        "br",
        "div",
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "h2",
        "hr",
    ),
    *("table", "tr", "td", "th", "a", "span"),
]
PIECES = [
    *(f"<{name}>" for name in TAGS),
    *(f"</{name}>" for name in TAGS),
    *("<a href='https://x.example/(a)'>", "<img src='cat (1).png' alt='x'>"),
    "<img src='https://x.example/p.png' alt='y'>",
    *("[sound:a.mp3]", "[sound:no.mp3]", r"\(x_1\)", r"\(", r"\)", "[latex]a[/latex]", "[$]b[/$]", "<!-- c -->"),
    *(" ", "\n", "&nbsp;", "a", "B", "foo bar", "(x)", '"q"', ".", "1. ", "2) ", "- ", "+ ", "# ", "> ", "---", "***"),
    *("Q: ", "A: ", "B: ", "C: ", "**Q:** ", "::", " :: ", " #tag", " ^id", "{{x}}", "[x]", "[ ] ", "]", "](u)", "!"),
    *("`", "```", "~~", "|", "| a | b |", "--- | ---", "*", "_", "__", "\\", "&amp;", "&lt;b&gt;", "&lt;/b&gt;"),
    *("&lt;details&gt;", "&lt;!-- ", "--&gt;", "&amp;lt;", "$", "$5", "$x$", "<", "&#", "accept: x", "\u3000", "🔥 "),
]  # fmt: skip
html_like = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map("".join)


@given(html_like)
@example("<sub># </sub>")
@example("</pre>x<pre>y</div>z")
@example("!<img src='cat (1).png'>")
def test_every_version_of_a_field_shows_what_its_html_shows(source):
    field = read_field(source, MEDIA)
    assert bool(field.text) == bool(field.versions)
    for version in field.versions:
        assert visible.folded(visible.of_markdown("\n".join(version.lines))) == field.text


class _Tags(HTMLParser):
    """The tags and addresses in a page."""

    def __init__(self, source):
        super().__init__()
        self.names, self.addresses = set(), set()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.addresses |= {value for name, value in attrs if name != "class"}


@given(html_like)
def test_what_comes_out_of_an_export_holds_nothing_active(source):
    for version in read_field(source, MEDIA).versions:
        page = _Tags(blocks("\n".join(version.lines)).text)
        assert page.names <= {
            *(
                "strong",
                "em",
                "s",
                "sub",
                "sup",
                "code",
                "pre",
                "p",
                "br",
                "hr",
                "ul",
                "ol",
                "li",
                "blockquote",
            ),
            *("table", "thead", "tbody", "tr", "th", "td", "a", "span"),
        }
        assert page.addresses <= {"https://x.example/%28a%29"}


class _Text(HTMLParser):
    """An independent reader of the text of well-formed HTML."""

    def __init__(self, source):
        super().__init__()
        self.words = []
        self.feed(source)
        self.close()

    def handle_data(self, data):
        self.words.append(data)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag in {"br", "p", "li", "td", "tr"}:
            self.words.append(" ")


words = st.lists(
    st.sampled_from(
        ["alpha", "beta", "*", "_", "- ", "1.", "Q:", "&lt;b&gt;", "&amp;", " ", "#x", "`", "~~"]
    ),
    min_size=1,
    max_size=6,
)
inline = st.recursive(
    words.map(" ".join),
    lambda inner: (
        st.tuples(st.sampled_from(["b", "i", "s", "code", "span"]), inner).map(
            lambda t: f"<{t[0]}>{t[1]}</{t[0]}>"
        )
        | st.lists(inner, max_size=3).map("".join)
    ),
    max_leaves=6,
)
paragraphs = st.lists(
    inline.map(lambda text: f"<p>{text}</p>") | inline.map(lambda text: f"<ul><li>{text}</li></ul>"),
    max_size=3,
)


@given(paragraphs.map("".join))
def test_the_terminal_shows_the_letters_that_another_reader_of_html_finds(source):
    console = Console(width=10_000, file=io.StringIO())
    console.print(Face(markdown(source)))
    shown, said = console.file.getvalue(), "".join(_Text(source).words)
    assert re.sub(r"\W", "", shown) == re.sub(r"\W", "", said)


@given(st.text(alphabet="<>/!-='\"ab& \n", max_size=60))
def test_any_text_is_parted_without_losing_what_is_no_markup(source):
    parts = list(tokens(source, set()))
    assert all(isinstance(part, (Tag, str)) for part in parts)
    if "<" not in source:
        assert "".join(parts) == source
