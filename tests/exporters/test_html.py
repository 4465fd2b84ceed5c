"""Markdown as HTML: whole strings, as they stand in a field."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import html
from exporters.html import Shelf, blocks, inline, one_line

ALLOWED = {
    *("a", "br", "code", "em", "kbd", "s", "span", "strong", "sub", "sup", "u"),
    *("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("one line", "one line"),
        ("Is `a` *really* **b**?", "Is <code>a</code> <em>really</em> <strong>b</strong>?"),
        ('say "hi" & <bye>', 'say "hi" &amp; &lt;bye&gt;'),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("a\\\nb  \nc\nd", "a<br>\nb<br>\nc\nd"),
        ("A: yes\n---", "<p>A: yes</p>\n<hr>"),
        ("~~old~~", "<s>old</s>"),
        ("1. a\n   - b", "<ol>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        (
            "| a | b |\n|:-:|--:|\n| 1 | 2 |",
            (
                '<table>\n<thead>\n<tr>\n<th class="dq-center">a</th>\n<th class="dq-right">b</th>\n</tr>\n</thead>\n'
                '<tbody>\n<tr>\n<td class="dq-center">1</td>\n<td class="dq-right">2</td>\n</tr>\n</tbody>\n</table>'
            ),
        ),
        ("```\na < b && c\n```", "<pre><code>a &lt; b &amp;&amp; c</code></pre>"),
        ("    indented <b>", "<pre><code>indented &lt;b&gt;</code></pre>"),
        ("```nonsense\nx = 1\n```", "<pre><code>x = 1</code></pre>"),
    ],
)
def test_markdown(markdown, expected):
    assert blocks(markdown).text == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("H<sub>2</sub>O, x<SUP>2</SUP>", "H<sub>2</sub>O, x<sup>2</sup>"),
        (
            "<b>bold</b> <i>and *both*</i> <kbd>Ctrl</kbd>",
            "<strong>bold</strong> <em>and <em>both</em></em> <kbd>Ctrl</kbd>",
        ),
        ("<code>umask **027** &lt;x&gt;</code>", "<code>umask **027** &lt;x&gt;</code>"),
        ("a<br>b<br />c", "a<br>\nb<br>\nc"),
        ("<p>one</p><p>two</p>", "one<br><br>two"),
        ("List<int> and Vec<b> and </i>", "List&lt;int&gt; and Vec&lt;b&gt; and &lt;/i&gt;"),
        ("*a <b>b* c</b>", "<em>a &lt;b&gt;b</em> c&lt;/b&gt;"),
        ("<b>a <i>b</b> c</i>", "<strong>a &lt;i&gt;b</strong> c&lt;/i&gt;"),
        (
            "<container>, <script>alert(1)</script>",
            "&lt;container&gt;, &lt;script&gt;alert(1)&lt;/script&gt;",
        ),
        ("<b onclick=steal()>b</b>", "&lt;b onclick=steal()&gt;b&lt;/b&gt;"),
        ("<img src=x onerror=steal()>", "&lt;img src=x onerror=steal()&gt;"),
        ("`<b>` stays", "<code>&lt;b&gt;</code> stays"),
        ("<code>never closed", "&lt;code&gt;never closed"),
    ],
)
def test_inline_html_is_its_markdown_equal_or_text(markdown, expected):
    assert blocks(markdown).text == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ('[a](http://x.org/?a=1&b=2 "title")', '<a href="http://x.org/?a=1&amp;b=2">a</a>'),
        (
            "[a](mailto:me@x.org) <https://x.org>",
            '<a href="mailto:me@x.org">a</a> <a href="https://x.org">https://x.org</a>',
        ),
        ("[a](other.md#b) [b](ssh://-oProxy) [c](tel:1)", "a b c"),
        ("[a](javascript:steal())", "[a](javascript:steal())"),
        ("[a](data:text/html,x)", "[a](data:text/html,x)"),
        ("[a]( java&#115;cript:x)", "[a]( javascript:x)"),
    ],
)
def test_links_lead_to_the_web_and_to_mail_only(markdown, expected):
    assert blocks(markdown).text == expected


def test_a_picture_becomes_its_description():
    shown = blocks("see ![the *big* plan](http://evil.org/track.gif) and ![](img/net%20work.png)")
    assert shown.text == "see [the big plan] and [net work.png]"
    assert shown.pictures == ("http://evil.org/track.gif", "img/net work.png")


PLAN, CALL = "dquiz-0123456789abcdef.png", "dquiz-fedcba9876543210.mp3"
SHELF = Shelf({"img/net work.png": PLAN, "[[plan.png]]": PLAN, "a.mp3": CALL}, {"PLAN": "img/net work.png"})


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("![the *big* plan](img/net%20work.png)", f'<img src="{PLAN}" alt="the big plan">'),
        ('![a "b" <c>](<img/net work.png>)', f'<img src="{PLAN}" alt="a &quot;b&quot; &lt;c&gt;">'),
        ("![x][plan], ![plan]", f'<img src="{PLAN}" alt="x">, <img src="{PLAN}" alt="plan">'),
        ("![x][p]\n\n[p]: <img/net work.png>", f'<img src="{PLAN}" alt="x">'),
        (
            "see ![[plan.png|300]] **![[plan.png]]**",
            f'see <img src="{PLAN}" alt="plan.png"> <strong><img src="{PLAN}" alt="plan.png"></strong>',
        ),
        ("<img alt='x' width=3 src=\"img/net%20work.png\" onerror=steal()>", f'<img src="{PLAN}" alt="x">'),
        (
            "<img src=no.png alt=\"a <b\"> <img src=no.png alt='a b'>",
            '&lt;img src=no.png alt="a &lt;b"&gt; [a b]',
        ),
        (
            "an `<img>` as in <img src=x onerror=steal()>",
            "an <code>&lt;img&gt;</code> as in &lt;img src=x onerror=steal()&gt;",
        ),
        ("[the *call*](a.mp3), ![](a.mp3)", f"the <em>call</em> [sound:{CALL}], [sound:{CALL}]"),
        ("[the call](b.mp3) `![](a.mp3)`", "the call <code>![](a.mp3)</code>"),
        (
            '```html\n<img src="img/net work.png">\n```',
            '<pre><code>&lt;img src="img/net work.png"&gt;</code></pre>',
        ),
    ],
)
def test_pictures_and_recordings(markdown, expected):
    assert re.sub("</?span[^>]*>", "", blocks(markdown, SHELF).text) == expected


def test_what_cannot_be_shown_is_told():
    shown = blocks(
        "![a](no.png) ![[no.png]] <img src=x.png> [b](b.mp3) [c](c.md) ![](img/net%20work.png)", SHELF
    )
    assert shown.pictures == ("x.png", "no.png", "[[no.png]]", "b.mp3")


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("$x^{2}$ and $a<b$.", r"\(x^{2}\) and \(a&lt;b\)."),
        (r"$\frac{a_{b}}{\sqrt{*c*}}$", r"\(\frac{a_{b} }{\sqrt{*c*} }\)"),
        ("$$\nx_1 \\\\\n$$", "\\[x_1 \\\\\\]"),
        ("**$O(n)$**", r"<strong>\(O(n)\)</strong>"),
        ("from $5 to $6", "from $5 to $6"),
        ("$HOME/$USER, $1,$2,$3, ${A}/${B}", "$HOME/$USER, $1,$2,$3, ${A}/${B}"),
        ("kill $$; echo $$ $? $!", "kill $$; echo $$ $? $!"),
        (r"\$x\$ and `$x$`", "$x$ and <code>$x$</code>"),
        (r"$\href{javascript:steal()}{x}$", r"$\href{javascript:steal()}{x}$"),
    ],
)
def test_formulas_are_those_of_mathjax(markdown, expected):
    assert blocks(markdown).text == expected


def test_text_that_is_none_is_gone():
    assert blocks("a\0b\x1fc\x1b[31md\x85e\ud800f\ufeffg &#31;h").text == "abc[31mdefg \ufffdh"


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("`docker ps -a`", "docker ps -a"),
        ("```sh\nls -l\n```", "ls -l"),
        ("    ls -l", "ls -l"),
        ("**AAAA** &amp; <b>so</b>", "AAAA & so"),
        ("two\nlines", None),
        ("```sh\na\nb\n```", None),
        ("- a list", None),
        ("a<br>b", None),
    ],
)
def test_one_line(markdown, line):
    assert one_line(markdown) == line


@pytest.mark.parametrize(
    "text", ["<b>" * 9000 + "</i>" * 9000, "$a " * 20_000, "<code>" * 9000, "`" * 30_000]
)
def test_a_file_made_to_be_slow_is_not(text):
    start = process_time()
    blocks(text)
    assert process_time() - start < 5


class Tags(HTMLParser):
    """Collects what a browser would make elements of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(name, value) for name, value in attrs}
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(data)


SNIPPETS = st.sampled_from(
    [
        *(
            "<b>",
            "</b>",
            "<i>",
            "</i>",
            "<code>",
            "</code>",
            "</pre>",
            "<p>",
            "<br>",
            "<script>",
            "<img src=x>",
        ),
        *(
            "*",
            "**",
            "_",
            "~~",
            "`",
            "```",
            "```js\n",
            "\n",
            "\n\n",
            "- ",
            "> ",
            "# ",
            "|",
            "|-|-|\n",
            "    ",
        ),
        *("[", "](http://x)", "![", "(", "$", "$$", "{{", "}}", "{{c1::", "::", "\\", "&lt;", "&#60;"),
        *("<!--", "-->", "]]>", "a", "b ", "é", "\t", "'", '"'),
    ]
)


@given(st.lists(SNIPPETS | st.text(max_size=6), max_size=30).map("".join))
def test_nothing_but_harmless_elements_well_nested(markdown):
    shown = Tags(blocks(markdown).text)
    assert not shown.open
    assert shown.tags <= ALLOWED
    for name, value in shown.attributes:
        assert (
            (name == "href" and value.startswith(("http://", "https://", "mailto:")))
            or (name == "class" and value.startswith(("h-", "dq-")))
            or (name == "start" and value.isdigit())
        )


@given(st.text("abcXYZ éß0123,.;:?!'\"()/%=+-@#|{}^  ", min_size=1, max_size=40))
def test_the_short_way_for_plain_lines_gives_the_same(text):
    for render in (blocks, inline):
        short = render(text)
        plain, html._PLAIN = html._PLAIN, re.compile(r"(?!)")
        try:
            assert short == render(text)
        finally:
            html._PLAIN = plain


def test_tex_marks_and_links_between_notes():
    assert blocks(r"\(x^2\) and \[a_1 = b\]").text == r"\(x^2\) and \[a_1 = b\]"
    assert blocks(r"\(optional\) and \[lua, scripting\]").text == "(optional) and [lua, scripting]"
    assert blocks("The leader waits. ^acks").text == "The leader waits."
    assert inline("The leader waits. ^acks") == inline("The leader waits.")
    assert blocks("see [[dns|zones]] and [[ttl]] ^a1b2").text == "see zones and ttl"
