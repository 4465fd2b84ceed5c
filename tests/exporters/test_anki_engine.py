"""Packages as Anki itself imports and shows them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from anki_samples import SAMPLES, SERVERS, SHELL, cloze, deck, edited, qa

from exporters.anki import Options, export
from exporters.anki.notetypes import DQUIZ, DQUIZ_CLOZE
from quiz.cards import DeckOptions, Kind
from quiz.scheduling import DEFAULT_PARAMETERS

PLAIN = Options(scheduling=False)
STYLE_END = "</style>"

HOSTILE = [
    "<script>steal()</script>",
    "<img src=x onerror=steal()>",
    "<svg/onload=steal()>",
    "</div></body><iframe src=http://evil.org>",
    "<a href='javascript:steal()'>x</a> [x](javascript:steal()) <javascript:steal()>",
    "]]> --> <!-- {{Back}} {{/Back}} {{#Front}} {{FrontSide}} {{type:Back}} [[type:Back]]",
    "{{c1::not a deletion}} {{c2::nor::this}} <%cloze:Text%>",
    "[sound:steal.mp3] [anki:tts lang=en_US]x[/anki:tts] [latex]\\input{/etc/passwd}[/latex] [$]x[/$]",
    "nul \0 unit \x1f escape \x1b[2J c1 \x9b31m lone \ud800 bell \a",
    "```html\n<script>steal()</script>\n{{c1::x}} [sound:x.mp3]\n```",
    "![x](http://evil.org/track.png) <link rel=stylesheet href=http://evil.org>",
    "$\\href{javascript:steal()}{x}$ `[sound:y.mp3]`",
]

ACTIVE = (
    "iframe, svg, img, link, object, form, base, [onclick], [onload], [onerror], [style], [href^=javascript]"
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Writes decks as a package; a new name for each."""
    folder = tmp_path_factory.mktemp("packages")

    def write(decks, options=PLAIN):
        out = folder / f"{len(list(folder.iterdir()))}.apkg"
        export(decks, out, options)
        return out

    return write


@pytest.fixture(scope="module")
def twice(anki, packages):
    """The samples, imported twice."""
    package = packages(SAMPLES)
    return anki(package, package)


def some(counts):
    return {kind: count for kind, count in counts.items() if count}


def side(html):
    return html[html.rindex(STYLE_END) + len(STYLE_END) :]


def test_first_all_is_new_then_all_is_known(twice):
    assert [some(counts) for counts in twice["imports"]] == [{"new": 11}, {"duplicate": 11}]
    assert twice["integrity"] == ""
    assert twice["empty_cards"] == 0
    assert len(twice["cards"]) == 18


def test_an_edit_updates_one_note_and_a_new_one_comes_in(anki, packages):
    after = edited(SAMPLES, 0, answer="All that is behind it.")
    grown = replace(after[1], notes=(*after[1].notes, *deck("shell", qa("new?", "yes"), first=500).notes))
    found = anki(packages(SAMPLES), packages([after[0], grown]))
    assert some(found["imports"][1]) == {"updated": 1, "new": 1, "duplicate": 10}
    assert not [name for name in found["types"] if name.endswith("+")]
    assert found["integrity"] == ""


def test_progress_made_in_anki_stays(anki, packages):
    before, after = packages(SAMPLES), packages(edited(SAMPLES, 0, answer="All that is behind it."))
    found = anki(before, after, answer=12)
    assert found["answered"] == found["reviews"] == 12
    assert sum(card["reps"] for card in found["cards"]) == 12
    assert some(found["imports"][1]) == {"updated": 1, "duplicate": 10}


def test_a_note_changes_its_shape_and_stays_itself(anki, packages):
    shapes = [[deck("d", qa("list?", "`ls`"))]]
    for changes in ({"both": True}, {"both": False, "typed": True}, {"typed": False}):
        shapes.append(edited(shapes[-1], 0, **changes))
    found = anki(*map(packages, shapes), answer=1)
    assert [some(counts) for counts in found["imports"]] == [{"new": 1}, *[{"updated": 1}] * 3]
    assert [(card["ord"], card["reps"]) for card in found["cards"]] == [(1, 0), (0, 1)] or found["cards"][0][
        "reps"
    ]
    assert found["integrity"] == ""


def test_a_deletion_that_is_gone_leaves_the_others_as_they_were(anki, packages):
    before = [deck("d", cloze("⟦one⟧ ⟦two⟧ ⟦three⟧"))]
    shorter = cloze("⟦one⟧ two ⟦three⟧")
    after = edited(before, 0, prompt=shorter.prompt, deletions=shorter.deletions)
    found = anki(packages(before), packages(after))
    assert some(found["imports"][1]) == {"updated": 1}
    hidden = {card["ord"]: re.findall(r'data-cloze="(\w+)"', card["question"]) for card in found["cards"]}
    assert hidden == {0: ["one"], 1: [], 2: ["three"]}
    assert found["empty_cards"] == 1


def test_every_card_is_shown_as_it_should_be(twice):
    for card in twice["cards"]:
        for shown in (side(card["question"]), side(card["answer"])):
            assert "{{" not in shown
            assert "style=" not in shown
            assert not re.search(r"\bsrc=", shown)
            assert set(re.findall(r'href="([^:"]*):', shown)) <= {"http", "https", "mailto"}
        assert card["sounds"] == 0


def test_what_a_cloze_hides_and_shows(twice):
    shown = [
        (side(each["question"]), side(each["answer"]))
        for each in twice["cards"]
        if each["guid"] == "dq-n00005-c"
    ]
    assert [tuple(re.sub("<.*?>", "", text) for text in sides) for sides in shown] == [
        (
            "A [kind of join] keeps rows of the first table.",
            "A left join keeps rows of the first table.NULL fills the rest.web/servers.md:23",
        ),
        (
            "A left join keeps rows of the [...] table.",
            "A left join keeps rows of the first table.NULL fills the rest.web/servers.md:23",
        ),
    ]
    code = [side(card["question"]) for card in twice["cards"] if card["guid"] == "dq-n00100-c"]
    assert [re.sub("<.*?>", "", text) for text in code] == [
        "std::vector&lt;[...]&gt; y = std&#58;&#58;move(x); // a {brace}",
        "std::vector&lt;int&gt; y = [...]; // a {brace}",
        "std::vector&lt;int&gt; y = std&#58;&#58;move(x); // [...]",
    ]


def test_sides_of_an_ordinary_note(twice):
    first = next(card for card in twice["cards"] if card["guid"] == "dq-n00000")
    question = (
        '<div class="dq-ctx">Servers › Proxies</div><div class="dq-q">What does a reverse proxy hide?</div>'
    )
    assert side(first["question"]) == question
    assert side(first["answer"]) == (
        f'{question}<hr id="answer">The servers <strong>behind</strong> it.'
        '<div class="dq-src">web/servers.md:3</div>'
    )


def test_order_decks_and_tags(twice):
    new = [(card["due"], card["guid"], card["ord"]) for card in twice["cards"]]
    assert [due for due, _, _ in new] == [1, 2, 2, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 9, 10, 10, 11]
    expected = [
        f"dq-{each.id}{'-c' if each.note.kind is Kind.CLOZE else ''}"
        for each in (*SERVERS.notes, *SHELL.notes)
        if not each.note.draft
    ]
    assert list(dict.fromkeys(guid for _, guid, _ in new)) == expected
    assert twice["decks"] == ["Default", "shell", "web", "web::servers"]
    assert {card["deck"] for card in twice["cards"]} == {"shell", "web::servers"}
    assert twice["tags"] == ["codes", "net::http"]
    assert twice["notes"][1]["tags"] == ["codes", "net::http"]


@pytest.mark.parametrize("note_type", [DQUIZ, DQUIZ_CLOZE], ids=lambda each: each.name)
def test_the_note_types_arrive_whole(twice, note_type):
    found = twice["types"][note_type.name]
    assert (found["id"], found["mod"], found["css"]) == (note_type.id, note_type.mod, note_type.css)
    assert [(each["name"], each["id"]) for each in found["flds"]] == [
        (each.name, each.id) for each in note_type.fields
    ]
    for arrived, field in zip(found["flds"], note_type.fields, strict=True):
        assert all(arrived[setting] for setting in field.settings)
    assert [(each["id"], each["qfmt"], each["afmt"]) for each in found["tmpls"]] == [
        (each.id, each.question, each.answer) for each in note_type.templates
    ]


def test_suspended_cards_and_flags_arrive_with_progress_ticked(anki, packages):
    first, *others = SERVERS.notes
    paused = replace(first, cards=tuple(replace(card, suspended=True, flag=2) for card in first.cards))
    package = packages([replace(SERVERS, notes=(paused, *others))], Options())
    states = [
        next(
            (card["queue"], card["flags"], card["due"]) for card in anki(package, progress=progress)["cards"]
        )
        for progress in (True, False)
    ]
    assert states == [(-1, 2, 1), (0, 0, 1)]


def test_presets_arrive_if_both_boxes_are_ticked(anki, packages):
    options = DeckOptions(parameters=DEFAULT_PARAMETERS, retention=0.85)
    package = packages([replace(SERVERS, options=options)], Options(preset=True))
    ticks = ({}, {"presets": True}, {"presets": True, "progress": True})
    arrived = [anki(package, **ticked) for ticked in ticks]
    presets = [found["presets"]["web::servers"] for found in arrived]
    assert [each["desiredRetention"] for each in presets] == [0.9, 0.85, 0.85]
    # this is why the remark asks for both
    assert [len(each["fsrsParams6"]) for each in presets] == [0, 0, 21]
    assert presets[2]["fsrsParams6"] == pytest.approx(DEFAULT_PARAMETERS, rel=1e-6)
    assert presets[2]["id"] != 1 == arrived[2]["presets"]["Default"]["id"]
    assert [(found["fsrs"], found["integrity"]) for found in arrived] == [(False, "")] * 3


def test_decks_take_to_other_parameters_under_another_preset(anki, packages):
    first = DeckOptions(parameters=DEFAULT_PARAMETERS)
    second = replace(first, parameters=tuple(value * 1.01 for value in DEFAULT_PARAMETERS))
    written = [packages([replace(SERVERS, options=each)], Options(preset=True)) for each in (first, second)]
    found = anki(*written, presets=True, progress=True)["presets"]["web::servers"]
    assert found["fsrsParams6"] == pytest.approx(second.parameters, rel=1e-6)


@pytest.fixture(scope="module")
def hostile(anki, packages):
    notes = [qa(f"q {text}", f"a {text}", context=(text,), tags=(text,), both=True) for text in HOSTILE]
    notes += [cloze(f"⟦hidden⟧ {text}", text) for text in HOSTILE]
    notes += [cloze(f"⟦{text}¦{text}⟧") for text in HOSTILE]
    return anki(packages([deck("evil <b>{{x}}/name", *notes)]))


def test_hostile_texts_are_only_text(hostile):
    assert some(hostile["imports"][0]) == {"new": 3 * len(HOSTILE)}
    assert hostile["integrity"] == ""
    assert hostile["empty_cards"] == 0
    assert len(hostile["cards"]) == 4 * len(HOSTILE)
    for card in hostile["cards"]:
        assert card["sounds"] == 0
        for shown in (side(card["question"]), side(card["answer"])):
            tags = set(re.findall(r"<([a-z]\w*)", shown))
            assert tags <= {"div", "hr", "br", "p", "span", "pre", "code", "a", "strong", "em"}, shown
            assert "[sound:" not in shown
            assert "[[type:" not in shown
            assert "\0" not in shown


def test_hostile_texts_do_nothing_in_a_browser(hostile, browse):
    sides = [side(card[face]) for card in hostile["cards"] for face in ("question", "answer")]
    steal = "function steal() { document.title = 'stolen' }"
    count = f"document.title += document.querySelectorAll('{ACTIVE}').length"
    page = browse(
        f"<!doctype html><meta charset=utf-8><title>active:</title><script>{steal}</script>"
        f"<body>{''.join(sides)}<b onclick=steal()></b><script>{count}</script></body>",
        800,
    )
    # the one that the test itself put there
    assert "<title>active:1</title>" in page


@pytest.mark.parametrize("theme", ["card", "card nightMode", "card mobile", "card mobile nightMode"])
def test_no_card_is_wider_than_the_screen(twice, browse, theme):
    sides = "".join(f"<div>{side(card['answer'])}</div>" for card in twice["cards"])
    values = "document.documentElement.scrollWidth, innerWidth, getComputedStyle(document.body).color"
    measure = f"document.title = [{values}]"
    page = browse(
        f"<!doctype html><meta charset=utf-8><title></title><style>{DQUIZ.css}</style>"
        f'<body class="{theme}">{sides}<script>{measure}</script></body>',
        500,
    )
    width, screen, *colour = re.search("<title>(.*?)</title>", page)[1].split(",", 2)
    assert int(width) <= int(screen)
    assert colour == ["rgb(230, 230, 234)" if "nightMode" in theme else "rgb(28, 28, 32)"]
