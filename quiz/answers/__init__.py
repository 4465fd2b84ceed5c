"""Typed answers: what a card asks for, whether what was typed is right, and the rating that follows. Pure."""

from quiz.answers.diff import Change, Diff, Pair
from quiz.answers.judging import judge, suggested
from quiz.answers.verdicts import Judgement, Reason, Verdict
from quiz.cues.points import Point, points, rating_of, red_flags
from quiz.cues.shape import Comparison, Expected, Shape, expected

__all__ = [
    "Change",
    "Comparison",
    "Diff",
    "Expected",
    "Judgement",
    "Pair",
    "Point",
    "Reason",
    "Shape",
    "Verdict",
    "expected",
    "judge",
    "points",
    "rating_of",
    "red_flags",
    "suggested",
]
