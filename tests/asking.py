"""Notes that ask a question."""

from __future__ import annotations


def asked(question: str) -> str:
    """A question with an answer of its own, as it stands in a note."""
    words = question.lower().strip("?").split()
    return f"Q: {question}\nA: Because {' '.join(reversed(words))}.\n"
