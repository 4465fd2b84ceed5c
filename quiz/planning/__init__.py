"""Study towards an interview date: which cards to study today, and what to expect on the date. Pure.

Each card is ranked by the recall on the date that studying it today is expected to add, per second that it takes. The
largest gain first is nearly the best that can be done under diminishing returns (Hunziker et al., NeurIPS 2019), needs
no repair after a missed day, and leaves intervals and desired retention as they are.
"""

from quiz.planning.habits import Answer, CardDay, Habits, card_days, learned_habits, seconds_spent
from quiz.planning.projection import Outlook, Plan, Projection, project
from quiz.planning.ranking import PlannedCard, Ranked, ranked, within
from quiz.planning.simulated import SimulatedCard, SimulatedDay, SimulatedMemory, policy

__all__ = [
    "Answer",
    "CardDay",
    "Habits",
    "Outlook",
    "Plan",
    "PlannedCard",
    "Projection",
    "Ranked",
    "SimulatedCard",
    "SimulatedDay",
    "SimulatedMemory",
    "card_days",
    "learned_habits",
    "policy",
    "project",
    "ranked",
    "seconds_spent",
    "within",
]
