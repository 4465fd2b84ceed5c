"""What an export wrote, for those who compare it with what comes back from Anki."""

from __future__ import annotations

from exporters.anki.fields import Fields


def fields(rendered: str, cloze: bool) -> dict[str, str]:
    """The fields of a note by their names in Anki.

    Args:
        rendered: What `export` kept of the note.
        cloze: Whether it is of the type with deletions.
    """
    kept = Fields.load(rendered)
    if cloze:
        return {"Text": kept.first, "Extra": kept.second, "Context": kept.context}
    return {"Front": kept.first, "Back": kept.second, "Typed": kept.typed, "Context": kept.context}
