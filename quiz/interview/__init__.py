"""The mock interview: what is asked, how a run goes on, what is reported. Pure; times are passed in.

`draw` picks cards from `Candidate`s, an `Interview` leads through them, its `Report` is what stays.
"""

from quiz.interview.comparing import Comparison, Row, compare
from quiz.interview.drawing import Candidate, draw, question_count, readiness
from quiz.interview.markdown import as_markdown
from quiz.interview.report import Point, Question, Report, Tally
from quiz.interview.running import Interview, Phase, Terms

__all__ = [
    "Candidate",
    "Comparison",
    "Interview",
    "Phase",
    "Point",
    "Question",
    "Report",
    "Row",
    "Tally",
    "Terms",
    "as_markdown",
    "compare",
    "draw",
    "question_count",
    "readiness",
]
