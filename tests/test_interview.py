"""The mock interview: what is drawn, how a run goes on, what is reported."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from quiz.cards import Card, CardId, Choice, Kind, Note, NoteId, Rating, Schedule, State
from quiz.errors import QuizError
from quiz.interview import (
    Candidate,
    Interview,
    Phase,
    Point,
    Question,
    Report,
    Tally,
    Terms,
    as_markdown,
    compare,
    draw,
    question_count,
    readiness,
)
from quiz.interview.markdown import escape, prose
from quiz.visible import one_line, visible

START = datetime(2026, 12, 1, 18, 2, 11, tzinfo=UTC)


def candidate(number: int, recall: float | None = None, *, topic: str = "t", **more) -> Candidate:
    note = Note(
        kind=more.pop("kind", Kind.QA),
        prompt=more.pop("prompt", f"Question {number}?"),
        answer=more.pop("answer", "An answer."),
        file="notes.md",
        line=10 * number + 1,
        **more.pop("text", {}),
    )
    card = Card(
        id=CardId(f"c{number:04}"),
        note_id=NoteId(more.pop("note", f"n{number}")),
        facet=more.pop("facet", "fwd"),
        note=note,
        schedule=Schedule()
        if recall is None
        else Schedule(state=State.REVIEW, stability=9.0, difficulty=5.0),
        path="/home/ada/notes.md",
    )
    return Candidate(card, topic, recall)


def ids(drawn: list[Candidate]) -> list[str]:
    return [one.card.id for one in drawn]


# --- drawing -------------------------------------------------------------------------------------------------------


def test_half_an_hour_has_ten_questions_of_three_minutes():
    assert question_count(30, 180) == 10
    assert question_count(1, 180) == 1


def test_readiness_is_the_mean_of_what_is_known_with_new_cards_as_nothing():
    cards = [candidate(1, 0.9), candidate(2, 0.5), candidate(3), candidate(4, 0.8, topic="u")]
    assert readiness(cards) == pytest.approx({"t": 1.4 / 3, "u": 0.8})


def test_an_interview_is_the_same_for_a_seed_and_whatever_order_cards_come_in():
    cards = [candidate(n, n / 40, topic=f"t{n % 3}") for n in range(30)]
    assert draw(cards, 8, new_share=0.25, seed=4711) == draw(cards[::-1], 8, new_share=0.25, seed=4711)
    assert draw(cards, 8, new_share=0.25, seed=4711) != draw(cards, 8, new_share=0.25, seed=4712)


def test_topics_and_cards_are_drawn_as_often_as_they_are_weak():
    weak = [candidate(n, 0.5, topic="weak") for n in range(2)]
    strong = [candidate(9, 0.9, topic="strong"), candidate(8, 0.7, topic="strong")]
    draws = 4000
    first = Counter(
        one.card.id for seed in range(draws) for one in draw([*weak, *strong], 1, new_share=0, seed=seed)
    )
    # weak 1 - 0.5 + 0.1 = 0.6, strong 1 - 0.8 + 0.1 = 0.3; in it 0.2 and 0.4
    expected = {"c0000": 1 / 3, "c0001": 1 / 3, "c0009": 1 / 9, "c0008": 2 / 9}
    assert {card: count / draws for card, count in first.items()} == pytest.approx(expected, abs=0.03)


def test_of_siblings_one_is_asked():
    cards = [candidate(n, 0.5, note=f"n{n // 2}") for n in range(8)]
    drawn = draw(cards, 8, new_share=0, seed=1)
    assert len({one.card.note_id for one in drawn}) == len(drawn) == 4


def test_new_cards_are_few_even_where_hardly_any_other_is_known():
    new = [candidate(n) for n in range(20)]
    known = [candidate(n, 0.5) for n in range(20, 23)]
    for seed in range(20):
        drawn = draw([*new, *known], 10, new_share=0.25, seed=seed)
        assert len(drawn) == 4
        assert sum(one.is_new for one in drawn) == 1
    assert draw(new, 10, new_share=0.25, seed=1) == []
    assert len(draw(new, 10, new_share=1, seed=1)) == 10


CARDS = st.lists(
    st.tuples(
        st.none() | st.floats(0, 1), st.sampled_from(["docker", "kubernetes", "dns"]), st.integers(0, 15)
    ),
    max_size=40,
).map(
    lambda given: [
        candidate(number, recall, topic=topic, note=f"n{note}")
        for number, (recall, topic, note) in enumerate(given)
    ]
)


@given(CARDS, st.integers(0, 30), st.floats(0, 1), st.integers(0, 1 << 32))
def test_no_note_comes_twice_and_new_cards_keep_to_their_share(cards, count, new_share, seed):
    drawn = draw(cards, count, new_share=new_share, seed=seed)
    notes = [one.card.note_id for one in drawn]
    assert len(set(notes)) == len(notes) <= count
    assert set(ids(drawn)) <= set(ids(cards))
    assert sum(one.is_new for one in drawn) <= new_share * len(drawn) + 1e-6
    if new_share == 1:
        assert len(drawn) == min(count, len({one.card.note_id for one in cards}))


# --- the run -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    text: str
    essential: bool


def points_of(note: Note) -> list[Said]:
    lines = [line[2:] for line in note.answer.split("\n") if line.startswith("* ")]
    return [Said(line.removesuffix(" (!)"), line.endswith(" (!)")) for line in lines]


LISTED = "* a process (!)\n* namespaces (!)\n* no kernel of its own"


def begin(*drawn: Candidate, at: float = 100.0) -> Interview:
    terms = Terms(id="1", started_at=START, minutes=30, seed=4711, level="mid")
    return Interview.begin(terms, drawn, points_of, at)


def test_a_question_is_timed_without_pauses():
    run = begin(candidate(1, 0.7))
    assert (run.seconds(130), run.left(130)) == (30, 150)
    run = run.pause(130)
    assert (run.phase, run.seconds(500)) == (Phase.PAUSED, 30)
    run = run.resume(500)
    assert run.left(660) == -10
    run = run.done_speaking(660)
    assert run.seconds(999) == 190
    (question,) = run.go_on(999).answered
    assert (question.seconds, question.overtime) == (190, 10)


def test_a_clock_that_goes_back_takes_nothing_away():
    assert begin(candidate(1, 0.7), at=100).seconds(90) == 0


def test_done_speaking_ends_a_pause_too():
    run = begin(candidate(1, 0.7)).pause(110).done_speaking(200)
    assert run.question is not None
    assert run.question.seconds == 10


def test_points_are_ticked_one_by_one_and_taken_back():
    run = begin(candidate(1, 0.7, answer=LISTED)).done_speaking(160).tick(0).tick(2).tick(2).tick(1)
    assert run.question is not None
    assert run.question.points == (
        Point("a process", essential=True, hit=True),
        Point("namespaces", essential=True, hit=True),
        Point("no kernel of its own", essential=False),
    )
    assert run.tick_all().go_on(170).answered[0].hit == 3


def test_clarity_and_a_note_are_optional():
    run = begin(candidate(1, 0.7)).done_speaking(160).judge_clarity(3).remark(" too long \n")
    (question,) = run.go_on(170).answered
    assert (question.clarity, question.note) == (3, "too long")
    (question,) = run.judge_clarity(None).remark("").go_on(170).answered
    assert (question.clarity, question.note) == (None, "")
    with pytest.raises(ValueError, match="1 to 4"):
        run.judge_clarity(5)


def test_questions_come_one_after_another_until_it_is_over():
    run = begin(candidate(1, 0.7), candidate(2, 0.5))
    assert run.card is not None
    assert run.card.id == "c0001"
    run = run.done_speaking(110).go_on(120)
    assert run.card is not None
    assert run.card.id == "c0002"
    assert run.seconds(125) == 5
    run = run.skip(130)
    assert (run.phase, run.card, run.question) == (Phase.OVER, None, None)
    assert [one.skipped for one in run.answered] == [False, True]


def test_ending_early_keeps_what_was_answered_and_drops_what_was_not():
    run = begin(candidate(1, 0.7), candidate(2, 0.5)).done_speaking(110)
    assert len(run.end().report().questions) == 1
    assert len(run.go_on(120).end().report().questions) == 1
    assert begin(candidate(1, 0.7)).end().report().questions == ()
    assert run.end().end().answered == run.end().answered


def test_an_interview_without_cards_is_over_at_once():
    assert begin().phase is Phase.OVER
    assert begin().report().total == Tally(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    "step",
    [
        lambda run: run.resume(1),
        lambda run: run.tick(0),
        lambda run: run.tick_all(),
        lambda run: run.remark("x"),
        lambda run: run.judge_clarity(1),
        lambda run: run.go_on(1),
        lambda run: run.done_speaking(110).pause(120),
        lambda run: run.done_speaking(110).skip(120),
        lambda run: run.end().pause(1),
        lambda run: run.end().go_on(1),
    ],
)
def test_a_step_at_the_wrong_moment_is_refused(step):
    with pytest.raises(ValueError, match="an interview that is"):
        step(begin(candidate(1, 0.7)))


def test_points_are_those_of_the_list_or_the_whole_answer():
    def prepared(**more) -> list[tuple[str, bool]]:
        (question,) = begin(candidate(1, 0.7, **more)).prepared
        return [(point.text, point.essential) for point in question.points]

    whole = [("whole answer", True)]
    assert prepared(answer="* one\n* two") == [("one", True), ("two", True)]
    assert prepared(answer="* one (!)\n* two") == [("one", True), ("two", False)]
    assert prepared(answer="prose") == whole
    assert prepared(answer="* one\n* two", facet="rev") == whole
    choices = (Choice("one", correct=True), Choice("two", correct=False))
    assert prepared(kind=Kind.CHOICE, answer="* one\n* two", text={"choices": choices}) == whole
    assert prepared(answer="", text={"draft": True}) == []


def test_what_is_known_of_a_card_stands_in_its_question():
    seen, new = begin(candidate(1, 0.7, topic="docker"), candidate(2)).prepared
    assert (seen.card, seen.place, seen.topic, seen.r_before) == ("c0001", "notes.md:11", "docker", 0.7)
    assert new.r_before is None


# --- the report ----------------------------------------------------------------------------------------------------


def question(number: int = 1, *hits: bool, essential: int = 1, **more) -> Question:
    points = tuple(Point(f"point {at}", at < essential, hit) for at, hit in enumerate(hits))
    known = {
        "card": CardId(f"c{number:04}"),
        "path": "notes.md",
        "line": number,
        "topic": "t",
        "points": points,
    }
    return Question(**known | more)


def report(*questions: Question, **more) -> Report:
    return Report(**{"id": "1", "started_at": START, "minutes": 30, "seed": 4711} | more, questions=questions)


@pytest.mark.parametrize(
    ("hits", "rating"),
    [
        ((True, True, True), Rating.GOOD),
        ((True, False, True), Rating.HARD),
        ((False, True, True), Rating.AGAIN),
        ((), None),
    ],
)
def test_a_question_is_rated_like_a_recalled_list(hits, rating):
    assert question(1, *hits).rating is rating
    assert question(1, *hits, skipped=True).rating is None


def test_topics_are_added_up_in_the_order_in_which_they_came():
    held = report(
        question(1, True, False, topic="dns", seconds=60),
        question(2, False, True, topic="tls", seconds=50),
        question(3, False, False, topic="dns", seconds=40, skipped=True),
    )
    assert held.topics == {"dns": Tally(2, 1, 4, 1, 100), "tls": Tally(1, 1, 2, 1, 50)}
    assert list(held.topics) == ["dns", "tls"]
    assert held.total == Tally(3, 2, 6, 2, 150)


def test_nothing_is_called_essential_where_no_point_is_marked():
    held = report(question(1, False, topic="dns"), question(2, True, False, essential=2, topic="tls"))
    assert [one.rating for one in held.questions] == [Rating.AGAIN, Rating.AGAIN]
    assert held.total.essential_missed == 0
    text = as_markdown(held, {}, None)
    assert "- [ ] point 1\n" in text
    assert "essential)" not in text
    assert "(!)" not in text


def test_the_three_weakest_are_those_with_the_fewest_points():
    held = report(
        question(1, True, True),
        question(2, True, False),
        question(3, False, True),
        question(4),
        question(5, False, False),
        question(6, True, True, True, False),
    )
    assert [one.place for one in held.weakest] == ["notes.md:5", "notes.md:3", "notes.md:2"]


def test_json_has_the_keys_of_its_schema():
    held = report(
        question(1204, True, False, seconds=171, clarity=3, r_before=0.71, path="k8s/README.md", topic="k8s"),
        level="mid",
    )
    assert json.loads(held.to_json()) == {
        "schema": 1,
        "kind": "interview",
        "id": "1",
        "started_at": "2026-12-01T18:02:11Z",
        "minutes": 30,
        "seed": 4711,
        "level": "mid",
        "counted": False,
        "questions": [
            {
                "card": "c1204",
                "path": "k8s/README.md",
                "line": 1204,
                "topic": "k8s",
                "seconds": 171,
                "overtime": 0,
                "skipped": False,
                "points": [
                    {"text": "point 0", "essential": True, "hit": True},
                    {"text": "point 1", "essential": False, "hit": False},
                ],
                "clarity": 3,
                "note": "",
                "r_before": 0.71,
            }
        ],
        "topics": [
            {"topic": "k8s", "questions": 1, "hit": 1, "possible": 2, "essential_missed": 0, "seconds": 171}
        ],
        "weakest": ["k8s/README.md:1204"],
        "total": {"questions": 1, "hit": 1, "possible": 2, "seconds": 171},
    }


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "3", '{"schema": 2, "kind": "interview"}', '{"schema": 1, "kind": "interview"}']
)
def test_what_is_no_report_is_refused_in_one_line(text):
    with pytest.raises(QuizError, match=r"^This is no report of an interview[^\n]*$"):
        Report.from_json(text)


@pytest.mark.parametrize(
    "broken",
    [
        {"minutes": "30"},
        {"counted": None},
        {"started_at": "2026-12-01T18:02:11"},
        {"started_at": "9999-12-31T23:59:59Z"},
        {"questions": "c"},
        {"questions": {"c": 1}},
    ],
)
def test_a_report_with_a_value_that_cannot_be_is_refused(broken):
    with pytest.raises(QuizError):
        Report.from_json(json.dumps(report(question(1, True)).data | broken))


@pytest.mark.parametrize(
    "broken",
    [{"seconds": None}, {"line": -1}, {"clarity": 9}, {"r_before": 1.5}, {"points": [{"text": "t"}]}],
)
def test_a_report_with_such_a_value_in_a_question_is_refused(broken):
    held = report(question(1, True)).data
    with pytest.raises(QuizError):
        Report.from_json(json.dumps(held | {"questions": [held["questions"][0] | broken]}))


def test_keys_that_a_newer_version_adds_are_no_matter():
    held = report(question(1, True))
    data = held.data | {"mood": "good", "questions": [held.data["questions"][0] | {"language": "en"}]}
    assert Report.from_json(json.dumps(data)) == held


ANY = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    [
        "# heading", "[x](http://e.org)", "<script>", "![p](x)", "a | b", "`code | x`", "``", "\\", "- [x] no",
        "\n\n# h", "</li>", "https://e.org www.e.org", "&lt;", "~~~", "```\nx\n```", "[^1]: x", "1. x", "> q",
        "\x1b[2J", "\u202e", "***", "---", "a\\`b`c\\``", "\\|", "[a]: http://e.org", "<http://e.org>", "|---|", "x #",
    ]
)  # fmt: skip
POINTS = st.lists(st.builds(Point, ANY, st.booleans(), st.booleans()), max_size=4).map(tuple)
QUESTIONS = st.builds(
    Question,
    card=st.sampled_from([CardId("c0001"), CardId("c0002"), CardId("gone")]),
    path=ANY,
    line=st.integers(1, 9999),
    topic=ANY,
    seconds=st.integers(0, 9999),
    overtime=st.integers(0, 99),
    skipped=st.booleans(),
    points=POINTS,
    clarity=st.none() | st.integers(1, 4),
    note=ANY,
    r_before=st.none() | st.floats(0, 1),
)
REPORTS = st.builds(
    Report,
    id=ANY,
    started_at=st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds)),
    minutes=st.integers(1, 600),
    seed=st.integers(),
    level=st.none() | ANY,
    counted=st.booleans(),
    questions=st.lists(QUESTIONS, max_size=4).map(tuple),
)


@given(REPORTS, st.sampled_from([None, 2]))
def test_a_report_comes_back_from_its_json(held, indent):
    text = held.to_json(indent)
    assert Report.from_json(text) == held
    assert visible(text) == text


# --- beside earlier ones -------------------------------------------------------------------------------------------


def at(days: int, *questions: Question) -> Report:
    return report(*questions, id=str(days + 100), started_at=START + timedelta(days=days))


def test_earlier_interviews_stand_beside_it_oldest_first():
    now = at(0, question(1, True, True, topic="dns"), question(2, True, False, topic="tls"))
    before = [at(-days, question(1, False, days < 3, topic="dns")) for days in (3, 1, 2, 9)]
    found = compare(now, [*before, at(5, question(1, True)), now])
    assert [one.id for one in found.interviews] == ["97", "98", "99", "100"]
    assert [each.share for each in found.totals] == [0, 0.5, 0.5, 0.75]


def test_what_has_nothing_to_show_stands_not_beside_it():
    now = at(0, question(1, True, True, topic="dns"), question(2, True, False, topic="tls"), question(3))
    earlier = [at(-3, question(1)), at(-2), at(-1, question(1, False, True, topic="dns"), question(3))]
    found = compare(now, earlier)
    assert [one.id for one in found.interviews] == ["99", "100"]
    assert [(row.topic, [each.share for each in row.tallies]) for row in found.rows] == [("dns", [0.5, 1.0])]
    for alone in (compare(now, earlier[:2]), compare(at(0, question(1)), earlier)):
        assert (len(alone.interviews), alone.rows) == (1, ())


def test_of_a_day_with_several_interviews_the_times_are_told():
    first, second = at(-1, question(1, True)), at(0, question(1, True))
    evening = replace(second, id="101", started_at=START + timedelta(hours=4))
    assert compare(second, [first]).dates(UTC) == ["2026-11-30", "2026-12-01"]
    assert compare(evening, [first, second]).dates(UTC) == [
        "2026-11-30",
        "2026-12-01 18:02",
        "2026-12-01 22:02",
    ]


def test_the_first_interview_stands_alone():
    assert compare(at(0), []).interviews == (at(0),)


# --- Markdown ------------------------------------------------------------------------------------------------------


def test_the_report_as_markdown():
    asked = candidate(1, 0.7, prompt="What does `docker run` do?\n\nIn *detail*.", topic="docker")
    held = report(
        question(1, True, False, seconds=200, overtime=20, clarity=3, topic="docker", note="slower"),
        question(2, topic="dns", seconds=61, skipped=True, path="a b.md"),
        level="mid",
    )
    before = at(-30, question(1, False, False, True, topic="docker"))
    zone = timezone(timedelta(hours=1))
    text = as_markdown(held, {asked.card.id: asked.card}, zone, earlier=[before], folder="/home/ada/reports")
    assert (
        text
        == """\
# Mock interview, 2026-12-01 19:02

<!-- dquiz:off -->

2 questions in 4:21 min, planned for 30 min. 1 of 2 points (50 %). Level: mid. Not counted in the schedule.

## Topics

| Topic | Questions | Points | Essential missed | Time |
|---|---:|---:|---:|---:|
| docker | 1 | 1 of 2 | 0 | 3:20 min |
| dns | 1 |  | 0 | 1:01 min |
| **all** | 2 | 1 of 2 | 0 | 4:21 min |

## Weakest places

- [notes.md:1](../notes.md#L1) What does `docker run` do?

## Beside earlier interviews

| Points | 2026-11-01 | 2026-12-01 |
|---|---:|---:|
| docker | 33 % | 50 % |
| **all** | 33 % | 50 % |

## 1. What does `docker run` do?

[notes.md:1](../notes.md#L1), docker, 3:20 min, 0:20 min overtime, clarity 3 of 4

- [x] point 0 (essential)
- [ ] point 1

Note: slower

## 2. a b.md:2

[a b.md:2](a%20b.md#L2), dns, 1:01 min, skipped

<!-- dquiz:on -->
"""
    )


GITHUB = MarkdownIt("gfm-like", {"linkify": False})


@given(REPORTS, st.lists(REPORTS, max_size=2), ANY, ANY)
def test_no_text_leaves_its_place_in_the_markdown(held, earlier, front, path):
    shown = replace(candidate(1, 0.5, prompt=front).card, path=path)
    text = as_markdown(held, {shown.id: shown, CardId("c0002"): shown}, UTC, earlier=earlier)
    assert visible(text) == text
    tokens = GITHUB.parse(text)
    comparison = compare(held, earlier)
    compared = len(comparison.interviews) > 1
    missed = bool(held.weakest)
    asked = len(held.questions)
    kinds = Counter(token.type for token in tokens)
    assert kinds["heading_open"] == 2 + missed + compared + asked
    assert kinds["tr_open"] == 2 + len(held.topics) + compared * (2 + len(comparison.rows))
    listed = [one for one in held.questions if one.points]
    assert kinds["bullet_list_open"] == missed + len(listed)
    assert kinds["list_item_open"] == len(held.weakest) + sum(len(one.points) for one in listed)
    assert set(kinds) <= {
        *(f"{name}_{end}" for name in ("heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td")
          for end in ("open", "close")),
        *(f"{name}_{end}" for name in ("bullet_list", "list_item") for end in ("open", "close")),
        "inline",
    }  # fmt: skip
    inside = [each for token in tokens if token.children for each in token.children]
    assert {each.type for each in inside} <= {
        "text", "text_special", "code_inline", "link_open", "link_close", "strong_open", "strong_close"
    }  # fmt: skip
    links = [each.attrs["href"] for each in inside if each.type == "link_open"]
    assert len(links) == len(held.weakest) + asked
    assert all(":" not in link for link in links)


@given(ANY)
def test_escaped_text_reads_as_it_was(text):
    (inline,) = GITHUB.parseInline(escape(text))
    assert "".join(each.content for each in inline.children or ()) == one_line(text)
    (inline,) = GITHUB.parseInline(prose(text))
    assert {each.type for each in inline.children or ()} <= {"text", "text_special", "code_inline"}


def test_addresses_in_a_card_are_no_links_anywhere():
    asked = candidate(1, 0.7, prompt="See https://example.org and WWW.example.org")
    text = as_markdown(report(question(1, True)), {asked.card.id: asked.card}, UTC)
    assert r"https:\//example.org and WWW\.example.org" in text
