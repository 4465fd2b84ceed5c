"""HTML as markdown, code spans, bold."""

import pytest

from quiz.cues.inline import bold_span, code_spans, masked, unescape
from quiz.notes import inline_html_to_markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a <code>b</code> c", "a `b` c"),
        ("<CODE>x`y</CODE>", "``x`y``"),
        ("<code>&lt;div&gt;</code>", "`<div>`"),
        ("<kbd>Ctrl</kbd>", "`Ctrl`"),
        ("<b>a</b> <strong>b</strong>", "**a** **b**"),
        ("<i>a</i> <em>b</em> <u>c</u>", "*a* *b* *c*"),
        ("<s>a</s>", "~~a~~"),
        ("x<sup>2</sup> H<sub>2</sub>O", "x^2 H2O"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("List<int> and <container> <script>", "List<int> and <container> <script>"),
        ("`<b>a</b>` stays", "`<b>a</b>` stays"),
        ("```\n<b>a</b>\n```", "```\n<b>a</b>\n```"),
        ("<b>open", "<b>open"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_html(text, markdown):
    assert inline_html_to_markdown(text) == markdown


def test_code_spans():
    assert code_spans("a `b` ``c`d`` `e") == [(2, 5), (6, 13)]
    assert code_spans(r"\`a` b`") == [(3, 7)]
    assert masked("a `b` c") == "a \x7f\x7f\x7f c"


def test_bold():
    assert bold_span("**a** b") == ("a", 5)
    assert bold_span("**a `**` b**") == ("a `**` b", 12)
    assert bold_span("** a**") is None
    assert bold_span("**a") is None


def test_escapes():
    assert unescape(r"Q\&A `a\_b` \x") == r"Q&A `a\_b` \x"


def test_marks_of_obsidian():
    text = "see [[dns#zone|zones]], [[dns#zone]], ![[map.png]] and `[[x]]` ^a1b2c3"
    assert inline_html_to_markdown(text) == "see zones, dns › zone, ![[map.png]] and `[[x]]`"
    assert inline_html_to_markdown("[[ -f x ]] and 2 ^8") == "[[ -f x ]] and 2 ^8"
