"""Why a package is refused."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from quiz.errors import QuizError

if TYPE_CHECKING:
    from collections.abc import Iterator

AGAIN = "Export it from Anki again."


class PackageError(QuizError):
    """A package that is damaged, dangerous or of a kind we do not know; nothing of it is used."""

    code = "package_refused"


class Refusal(Exception):  # noqa: N818  it becomes an error where the name of the file is known
    """What is wrong with a package, as the rest of a sentence, and what to do next."""

    def __init__(self, reason: str, advice: str = AGAIN) -> None:
        super().__init__(f"{reason}. {advice}")


class Unusable(Exception):  # noqa: N818  it becomes a problem in a list
    """Why one note or card of a good package is left out."""


@contextlib.contextmanager
def naming(path: str) -> Iterator[None]:
    """Turn a refusal into an error that names the file.

    Raises:
        PackageError: The package was refused.
    """
    try:
        yield
    except Refusal as refusal:
        raise PackageError(f"{path}: {refusal}", path=path) from None
