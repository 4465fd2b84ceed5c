import base64
from datetime import UTC, date, datetime, timedelta

from quiz.cards import Card, CardId, Kind, Note, NoteId, Rating, Review, Schedule, State
from quiz.settings import KeysSettings
from quiz.terminal import asides

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCK = """\
Run:

```sh
docker run \\
  -d nginx
```

then `ls`."""


def card(**schedule):
    note = Note(kind=Kind.QA, prompt="q", answer="a", file="docker.md", line=57)
    return Card(
        id=CardId("k3f9a2c7xyz"),
        note_id=NoteId("n"),
        facet="fwd",
        note=note,
        path="/notes/docker.md",
        schedule=Schedule(**schedule),
    )


def review(rating, *, lapses=0, counts=True):
    after = Schedule(
        state=State.REVIEW, due=NOW, due_day=date(2026, 12, 2), interval=8, last_review=NOW, lapses=lapses
    )
    return Review(
        id=1,
        card_id=CardId("k"),
        rating=rating,
        reviewed_at=NOW,
        study_day=NOW.date(),
        duration_ms=4200,
        before=Schedule(state=State.REVIEW, lapses=7),
        after=after,
        counts=counts,
    )


def test_code_is_found_as_it_was_written():
    assert asides.code_in(BLOCK) == "docker run \\\n  -d nginx"
    assert asides.code_in("first `a b`, then ``c`d``") == "a b"
    assert asides.code_in("- item\n\n  nothing") == ""
    assert asides.code_in("~~~~\n```\n~~~\nx\n~~~~\n") == "```\n~~~\nx"
    assert asides.code_in("```\nnever closed") == "never closed"


def test_text_that_is_only_code():
    assert asides.only_code("```sh\nls\n```") == "ls"
    assert asides.only_code(" `ls -l`\n") == "ls -l"
    assert asides.only_code(BLOCK) is None
    assert asides.only_code("```\na\n```\n\n```\nb\n```") is None
    assert asides.only_code("`a` or `b`") is None


def test_the_clipboard_gets_base64_only():
    sequence = asides.to_clipboard("echo \x07\x1b]52;c;evil\x07 'ä'")
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    copied = base64.b64decode(sequence[len("\x1b]52;c;") : -1], validate=True).decode()
    assert copied == "echo ␇␛]52;c;evil␇ 'ä'"


def test_information():
    known = card(state=State.REVIEW, stability=42.0, difficulty=5.25, reps=6, lapses=1)
    assert asides.information(known, 0.914, [review(Rating.GOOD)], UTC) == [
        "/notes/docker.md:57  k3f9a2c7",
        "Review: stability 1.4mo, difficulty 5.2 of 10, recall now 91%.",
        "6 reviews, 1 lapse.",
        "2026-11-24 12:00  Good      8d  4 s",
    ]
    assert asides.information(card(), None, [], UTC)[1:] == ["New: never reviewed."]


def test_only_some_links_are_opened():
    assert asides.open_link("[x](ssh://-oProxyCommand=id) ![y](pic.png)") == "No link to open."


def test_leeches():
    assert asides.leech(8, "e", "@") == "Leech: 8 lapses. e rewrite it, @ suspend, or keep going."
    assert asides.leech(9, "", "") == "Leech: 9 lapses."
    assert asides.became_leech(card(), review(Rating.AGAIN, lapses=8), 8)
    assert not asides.became_leech(card(), review(Rating.GOOD, lapses=8), 8)
    assert not asides.became_leech(card(), review(Rating.AGAIN, lapses=8), 9)


def test_what_a_rating_came_to():
    assert asides.rated(review(Rating.GOOD)) == "Good, again in 8 days"
    assert asides.rated(review(Rating.AGAIN)) == "Again, in 8 days"
    assert asides.rated(review(Rating.GOOD, counts=False)) == "Good"


def test_all_keys_fit_the_width():
    for width in (24, 34, 80):
        assert max(map(len, asides.all_keys(KeysSettings(), width))) <= width
    assert asides.all_keys(KeysSettings(undo="z"), 80)[1:5] == [
        "1 2 3 4  rate, once the answer is shown",
        "h        a hint, or the next item of a list",
        "t        type the answer; \\e opens the editor",
        "z        take back the last step",
    ]


def test_an_interval_in_steps():
    after = Schedule(due=NOW + timedelta(minutes=10), last_review=NOW)
    value = Review(
        id=1,
        card_id=CardId("k"),
        rating=Rating.GOOD,
        reviewed_at=NOW,
        study_day=NOW.date(),
        duration_ms=1,
        before=Schedule(),
        after=after,
    )
    assert asides.rated(value) == "Good, again in 10 minutes"
