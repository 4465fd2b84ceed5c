"""The note types: frozen parts, and colours that can be read by day and by night."""

from __future__ import annotations

import itertools
import re

import pytest

from exporters.anki.notetypes import DQUIZ, DQUIZ_CLOZE

# what `mod` of each note type stands for; raise `mod` (to a time that is past) together with it
RECORDED = {
    ("dquiz", 1795528800): "a616e602c10a28916fab4a1abf8825a005d7ad7e",
    ("dquiz Cloze", 1795528800): "f01e61d1abc3ea24cf2cd83edcfd996f01d99515",
}

READABLE = 4.5
GROUNDS = {
    "fg": ("bg", "code"),
    "dim": ("bg", "code"),
    "accent": ("bg", "code"),
    "kw": ("code",),
    "str": ("code",),
    "num": ("code",),
    "com": ("code",),
    "name": ("code",),
    "on": ("good", "bad", "missed"),
}


@pytest.mark.parametrize("note_type", [DQUIZ, DQUIZ_CLOZE], ids=lambda each: each.name)
def test_mod_is_raised_when_the_look_changes(note_type):
    assert RECORDED.get((note_type.name, note_type.mod)) == note_type.fingerprint()


def test_ids_and_names_are_frozen():
    assert (DQUIZ.id, DQUIZ_CLOZE.id) == (1688850332804, 1748173069134)
    assert [(each.name, each.id) for each in DQUIZ.fields] == [
        ("Front", 1316809756575093),
        ("Back", 4532131976182823),
        ("Typed", 4036575843888092),
        ("Reverse", 2444803363294841),
        ("Context", 3050433646927821),
        ("Source", 5364006070634156),
        ("Spare1", 3839817261482912),
        ("Spare2", 3990284031137706),
        ("Spare3", 1671224508269439),
    ]
    assert [(each.name, each.id) for each in DQUIZ_CLOZE.fields] == [
        ("Text", 2534451415775209),
        ("Extra", 8007766852974091),
        ("Context", 3849603888662149),
        ("Source", 8666884449220226),
        ("Spare1", 1318845590178281),
        ("Spare2", 8806486621337070),
        ("Spare3", 279882710204023),
    ]
    assert [(each.name, each.id) for each in (*DQUIZ.templates, *DQUIZ_CLOZE.templates)] == [
        ("Forward", 3917746962734924),
        ("Reverse", 2315031071866849),
        ("Cloze", 7128915535860413),
    ]


def test_the_templates():
    forward, reverse = DQUIZ.templates
    assert forward.question == (
        '{{#Context}}<div class="dq-ctx">{{Context}}</div>{{/Context}}'
        '<div class="dq-q">{{Front}}</div>{{#Typed}}{{type:Typed}}{{/Typed}}'
    )
    assert forward.answer == (
        '{{FrontSide}}<hr id="answer">{{Back}}{{#Source}}<div class="dq-src">{{Source}}</div>{{/Source}}'
    )
    assert reverse.question == (
        '{{#Reverse}}{{#Context}}<div class="dq-ctx">{{Context}}</div>{{/Context}}'
        '<div class="dq-q">{{Back}}</div>{{/Reverse}}'
    )


@pytest.mark.parametrize("theme", [".card", ".nightMode"])
def test_every_text_stands_out_from_its_ground(theme):
    colours = variables(theme)
    pairs = [(text, ground) for text, grounds in GROUNDS.items() for ground in grounds]
    faint = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(*(colours[name] for name in pair))) < READABLE
    }
    assert not faint


def test_every_colour_is_a_variable_that_is_checked_and_set_for_both_themes():
    css = DQUIZ.css
    day, night = variables(".card"), variables(".nightMode")
    assert day.keys() == night.keys()
    checked = set(GROUNDS) | set(itertools.chain.from_iterable(GROUNDS.values()))
    assert set(re.findall(r"var\(--(\w+)\)", css)) == set(day) == checked | {"line"}
    outside = re.sub(r"--\w+: #\w{6};", "", css)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", outside)


def test_the_look_loads_nothing():
    assert not re.search(r"@import|@font-face|url\(|expression|https?:", DQUIZ.css)


def variables(selector: str) -> dict[str, str]:
    block = re.search(rf"^{re.escape(selector)} \{{\n  --(.*?)\}}", DQUIZ.css, re.DOTALL | re.MULTILINE)
    assert block
    return dict(re.findall(r"(\w+): (#\w{6});", block[1]))


def contrast(text: str, ground: str) -> float:
    """Contrast of two colours by WCAG 2.2, 1 to 21."""
    high, low = sorted((luminance(text), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
