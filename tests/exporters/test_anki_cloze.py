"""The Text field of cloze notes."""

from __future__ import annotations

import re

import pytest
from anki_samples import cloze
from hypothesis import given
from hypothesis import strategies as st

from exporters.anki.fields import defused
from exporters.anki.rendering import render
from quiz.cards import Exchange, Kind, Note
from quiz.cues import FORWARD, facets


def shown(note):
    return render(note, {facet: place for place, facet in enumerate(facets(note))})


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A ⟦b⟧ c ⟦d¦hint *h*⟧.", "A {{c1::b}} c {{c2::d::hint *h*}}."),
        ("⟦1¦a⟧ ⟦b⟧ ⟦1¦c⟧", "{{c1::a}} {{c2::b}} {{c1::c}}"),
        ("⟦std::vector⟧ ⟦a:¦:b⟧", "{{c1::std&#58;&#58;vector}} {{c2::a&#58;::&#58;b}}"),
        ("⟦{x}}y}⟧", "{{c1::{x&#125;&#125;y&#125;}}"),
        (
            "{⟦a⟧} {{c1::typed}} {{{⟦b⟧",
            "&#123;{{c1::a}}} &#123;&#123;c1::typed}} &#123;&#123;&#123;{{c2::b}}",
        ),
        (
            "**⟦bold⟧** and `⟦code⟧` and ⟦*both*⟧",
            "<strong>{{c1::bold}}</strong> and <code>{{c2::code}}</code> and {{c3::<em>both</em>}}",
        ),
        ("$x^{⟦2⟧}$ ⟦$e^{{a}}$⟧", r"\(x^&#123;{{c1::2}}}\) {{c2::\(e^{ {a} }\)}}"),
        ("- ⟦a⟧\n- b", "<ul>\n<li>{{c1::a}}</li>\n<li>b</li>\n</ul>"),
        ("⟦<script>⟧", "{{c1::&lt;script&gt;}}"),
        (
            '```python\nx = "a ⟦b⟧"\n```',
            (
                '<pre><code>x = <span class="h-s2">"a </span>{{c1::<span class="h-s2">b</span>}}'
                '<span class="h-s2">"</span></code></pre>'
            ),
        ),
        ("[⟦link⟧](http://x.org)", '<a href="http://x.org">{{c1::link}}</a>'),
        ("⟦[sound:a.mp3]⟧ [⟦latex]⟧", "{{c1::&#91;sound:a.mp3]}} [{{c2::latex]}}"),
    ],
)
def test_text(prompt, expected):
    fields = shown(cloze(prompt))
    assert fields.first == expected
    assert not fields.literal


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("**a ⟦b** c⟧", "**a {{c1::b** c}}"),
        ("[x](http://⟦host⟧/)", "[x](http://{{c1::host}}/)"),
        ("⟦one\n\ntwo⟧", "{{c1::one<br><br>two}}"),
        ("a &#10627; ⟦b⟧", "a &amp;#10627; {{c1::b}}"),
    ],
)
def test_a_deletion_that_cuts_through_markup_is_shown_as_written(prompt, expected):
    fields = shown(cloze(prompt))
    assert fields.first == expected
    assert fields.literal


def test_numbers_belong_to_deletions():
    note = cloze("⟦a⟧ ⟦b⟧ ⟦c⟧")
    first, second, third = facets(note)
    assert render(note, {first: 4, second: 0, third: 2}).first == "{{c5::a}} {{c1::b}} {{c3::c}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[sound:a] [anki:tts] [latex]x[/latex]", "&#91;sound:a] &#91;anki:tts] &#91;latex]x&#91;/latex]"),
        (
            "[$]x[/$] [$$]y[/$$] [[type:Back]]",
            "&#91;$]x&#91;/$] &#91;$$]y&#91;/$$] &#91;&#91;type:Back]]",
        ),
        ("{{Front}} {{{x}}}", "&#123;&#123;Front}} &#123;&#123;{x}}}"),
        ("[SOUND:x] [0] [a]", "&#91;SOUND:x] [0] [a]"),
    ],
)
def test_defused(text, expected):
    assert defused(text) == expected


PIECES = st.text("a:{}c1[]⟧<&*`$ \n", max_size=8).map(lambda text: text.replace("⟧", ""))


@given(st.lists(st.tuples(PIECES, PIECES.filter(str.strip)), min_size=1, max_size=4), PIECES)
def test_every_deletion_is_one_for_anki(parts, rest):
    note = cloze("".join(f"{text}⟦{hidden}⟧" for text, hidden in parts) + rest)
    text = shown(note).first
    # as Anki reads: a deletion ends at the first two braces behind it
    found = re.findall(r"\{\{c(\d+)::(.*?)\}\}", text, re.DOTALL)
    assert len(found) == len(parts)
    assert len(re.findall(r"\{\{", text)) == len(parts)
    assert all("::" not in hidden for _, hidden in found)


def test_what_was_asked_before_a_step_stands_below_the_headings():
    note = Note(
        kind=Kind.QA,
        prompt="And b?",
        answer="No",
        context=("Pods",),
        earlier=(Exchange("Is it `a`?", "{{c1::x}}"),),
    )
    context = render(note, {FORWARD: 0}).context
    assert context == 'Pods<div class="dq-earlier">Is it <code>a</code>?<br>&#123;&#123;c1::x}}</div>'
