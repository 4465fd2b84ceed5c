"""How the cards of a deck are scheduled, as a deck preset of Anki."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from quiz.cards import DeckOptions

# 1 is Anki's default preset, which an import never touches
_FIRST_ID = 1 << 40


def preset(options: DeckOptions) -> dict[str, Any]:
    """A preset as Anki stores it; what dquiz does not set is as in a new one of Anki's.

    Its id follows from what dquiz sets: Anki takes a preset only under an id that it does not have, so other
    parameters are another preset, and decks that are scheduled alike share one.
    """
    ours = {
        "learning": _minutes(options.learning_waits),
        "relearning": _minutes(options.relearning_waits),
        "longest": options.maximum_interval,
        "retention": round(options.retention, 2),
        "parameters": list(options.parameters),
    }
    digest = hashlib.sha256(json.dumps(ours).encode()).digest()
    return {
        "id": _FIRST_ID | int.from_bytes(digest[:4]),
        "mod": 0,
        "usn": -1,
        "name": f"dquiz {ours['retention']:.0%}",
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": True,
            "delays": ours["learning"],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": 20,
        },
        "rev": {
            "bury": True,
            "ease4": 1.3,
            "hardFactor": 1.2,
            "ivlFct": 1.0,
            "maxIvl": ours["longest"],
            "perDay": 200,
        },
        "lapse": {
            "delays": ours["relearning"],
            "leechAction": 1,
            "leechFails": 8,
            "minInt": 1,
            "mult": 0.0,
        },
        "desiredRetention": ours["retention"],
        "fsrsParams6": ours["parameters"],
    }


def _minutes(waits: Sequence[timedelta]) -> list[float]:
    return [wait.total_seconds() / 60 for wait in waits]
