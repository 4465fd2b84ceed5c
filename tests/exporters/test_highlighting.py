"""Code with classes: only what the style sheet colours, and never a character more or less."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.highlighting import highlighted


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("", "a < b", "a &lt; b"),
        ("no-such", "def f", "def f"),
        (
            "python",
            "def f(x):  # c\n    return 'a' + 1",
            (
                '<span class="h-k">def</span> <span class="h-nf">f</span>(x):  <span class="h-c1"># c</span>\n'
                '    <span class="h-k">return</span> <span class="h-s1">\'a\'</span> + <span class="h-mi">1</span>'
            ),
        ),
        ("sh", "docker run -d web  # last", 'docker run -d web  <span class="h-c1"># last</span>'),
        ("SQL", "select 1;", '<span class="h-k">select</span> <span class="h-mi">1</span>;'),
        ("console", "$ ls\nbin", '<span class="h-gp">$ </span>ls\n<span class="h-go">bin</span>'),
    ],
)
def test_colours(language, code, expected):
    assert highlighted(code, language) == expected


def test_a_mark_cuts_every_span():
    shown = highlighted('print("hello [world]")', "python", "[]")
    assert shown == (
        'print(<span class="h-s2">"hello </span>[<span class="h-s2">world</span>]<span class="h-s2">"</span>)'
    )


def test_long_code_is_only_escaped():
    assert highlighted("if x < 1:\n" * 5_000, "python") == "if x &lt; 1:\n" * 5_000


@given(
    st.text(max_size=60),
    st.sampled_from(["python", "sh", "html", "json", "cpp", "yaml", "console", "diff", "sql"]),
)
def test_nothing_gets_lost(code, language):
    code = code.replace("\r", "").replace("\ufeff", "").rstrip("\n")
    shown = highlighted(code, language, "⦃⦄")
    assert unescape(re.sub(r"</?span[^>]*>", "", shown)) == unescape(
        code.replace("&", "&amp;").replace("<", "&lt;")
    )
