"""When a card is asked again: study days, the memory model FSRS-6, intervals, steps, the scheduler. Pure.

Importing it does not import ``fsrs`` (29 ms); the first rating does.
"""

from quiz.scheduling.days import StudyDays, study_day
from quiz.scheduling.intervals import fuzz_position, fuzz_range, least_interval, pick_interval
from quiz.scheduling.memory import (
    DEFAULT_PARAMETERS,
    PARAMETER_BOUNDS,
    forgetting_curve,
    interval_for,
    replay_memory,
    retrievability,
)
from quiz.scheduling.scheduler import Rated, Scheduler, SchedulerOptions

__all__ = [
    "DEFAULT_PARAMETERS",
    "PARAMETER_BOUNDS",
    "Rated",
    "Scheduler",
    "SchedulerOptions",
    "StudyDays",
    "forgetting_curve",
    "fuzz_position",
    "fuzz_range",
    "interval_for",
    "least_interval",
    "pick_interval",
    "replay_memory",
    "retrievability",
    "study_day",
]
