"""Finds, reads and writes the files that notes live in. Nothing else touches a deck file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from quiz.cards import Problem
from quiz.errors import FileChangedError, MissingError

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Iterator, Sequence

    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

SUFFIXES = (".md", ".markdown")
SIZE_LIMIT = 16 << 20
IGNORE_FILE = ".dquizignore"
"""Has the last word over those of git."""
_GIT_FILE = ".gitignore"
_NO_NOTES = "node_modules"
_ENVIRONMENT = "pyvenv.cfg"
_DEEPEST = 100

_MARKDOWN_ONLY = "dquiz reads markdown (.md, .markdown)"
_CONVERT = f"{_MARKDOWN_ONLY}. Convert it: `pandoc FILE -o notes.md`"
_IMPORT = f"{_MARKDOWN_ONLY}. Bring its cards in with `dquiz import FILE`"
_OTHER_FORMATS = {
    ".org": f"an Org file: {_CONVERT}",
    ".mochi": f"an archive of Mochi: {_MARKDOWN_ONLY}."
    " Export the deck from Mochi as markdown, or bring it to Anki and `dquiz import FILE.apkg`",
    ".rst": f"a reStructuredText file: {_CONVERT}",
    ".docx": f"a Word document: {_CONVERT}",
    ".odt": f"an OpenDocument text: {_CONVERT}",
    ".html": f"a web page: {_CONVERT}",
    ".epub": f"an e-book: {_CONVERT}",
    ".rtf": f"a rich text document: {_CONVERT}",
    ".pdf": f"a PDF: {_MARKDOWN_ONLY}. Copy its text into a note",
    ".csv": f"a table: {_IMPORT}",
    ".tsv": f"a table: {_IMPORT}",
    ".apkg": f"an Anki package: {_IMPORT}",
    ".colpkg": f"an Anki collection: {_IMPORT}",
}
"""Files that people name though they are no notes, by their endings."""


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A file of notes as the file system shows it, unread.

    Attributes:
        path: Absolute, behind no symbolic link of its folders that the walk did not follow.
        name: Relative to the path it was found under, with ``/``; the bare name if that path is the file.
        size: Bytes.
        mtime_ns: Time of the last change, nanoseconds.
    """

    path: Path
    name: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class FoundFiles:
    """What a walk found, in sorted order, and what it could not read."""

    files: list[NoteFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def shipped_decks() -> Path:
    """The folder of the decks that come with dquiz: beside the package, in a checkout and when installed."""
    return Path(__file__).resolve().parent.parent / "decks"


def absolute(path: str | os.PathLike[str]) -> Path:
    """An absolute path without ``..`` whose symbolic links are kept: a file is known by the name its author uses."""
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111  Path.resolve follows links


def lies_in(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def find_notes(path: str | os.PathLike[str]) -> FoundFiles:
    """All files of notes at or below a path, without what `.gitignore` and `.dquizignore` leave out.

    Raises:
        MissingError: Nothing is there, or the folder cannot be listed.
    """
    root = absolute(path)
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
    except OSError as error:
        raise MissingError(
            f"{shown(path)}: {_reason(error)}. Check the path, or name a folder of markdown notes.",
            path=str(path),
        ) from None
    found = FoundFiles()
    if not is_folder:
        if what := no_markdown(root):
            found.problems.append(Problem(shown(root.name), 1, "E103", what))
        else:
            _add(found, root, root.name)
        return found
    with _readable(root):
        _walk(found, root, "", _Ignored(_git_above(root)), {_identity(root)})
    if not found.files and not found.problems:
        found.problems.append(Problem(".", 1, "W105", _nothing_found(root)))
    return found


def no_markdown(path: Path) -> str | None:
    """What a file is by its ending, if that is no note, and what to do with it."""
    return _OTHER_FORMATS.get(path.suffix.lower())


def leaves_out(folder: Path, path: Path) -> bool:
    """Whether a file or folder inside a folder is not among what `find_notes` finds there."""
    if path == folder or not folder.is_dir():
        return False
    ignored, here, prefix = _Ignored(_git_above(folder)), folder, ""
    for part in path.relative_to(folder).parts:
        ignored = ignored.within(here, prefix)
        here, name = here / part, prefix + part
        if not here.is_dir():
            return not name.lower().endswith(SUFFIXES) or ignored.leaves_out(name)
        if part.startswith(".") or ignored.leaves_out(name + "/", otherwise=_is_of_programs(here)):
            return True
        prefix = name + "/"
    return False


def _nothing_found(root: Path) -> str:
    hidden = FoundFiles()
    _walk(hidden, root, "", _Ignored(git=None), {_identity(root)})
    if not hidden.files:
        return "no notes here: no file ends in .md or .markdown"
    count = f"{len(hidden.files):,} note{'s' if len(hidden.files) > 1 else ''}"
    return f"no notes here: .gitignore leaves out {count}; a line like !*.md in .dquizignore brings them back"


@dataclass(frozen=True, slots=True)
class _Layer:
    """An ignore file, in a folder that is walked, ``below``, or above: ``lead`` is the way from there."""

    spec: GitIgnoreSpec
    below: str = ""
    lead: str = ""

    def verdict(self, name: str) -> bool | None:
        """Whether a path is left out, None if nothing is said of it."""
        include = self.spec.check_file(self.lead + name.removeprefix(self.below)).include
        return None if include is None else bool(include)


@dataclass(frozen=True, slots=True)
class _Ignored:
    """The ignore files that hold for a folder, the outermost first; git's do not count where they are None."""

    git: tuple[_Layer, ...] | None
    own: tuple[_Layer, ...] = ()

    def within(self, folder: Path, prefix: str) -> _Ignored:
        """With those of a folder."""
        git = None if self.git is None else (*self.git, *_layers(folder / _GIT_FILE, prefix))
        return _Ignored(git, (*self.own, *_layers(folder / IGNORE_FILE, prefix)))

    def leaves_out(self, name: str, *, otherwise: bool = False) -> bool:
        """Whether a path is left out: the innermost file that says something about it decides, as in git."""
        for layers in (self.own, self.git or ()):
            for layer in reversed(layers):
                if (verdict := layer.verdict(name)) is not None:
                    return verdict
        return otherwise and self.git is not None


def _git_above(root: Path) -> tuple[_Layer, ...]:
    """Those of git in the folders above, up to that of the repository; none if they leave out the folder itself."""
    above: list[Path] = []
    for folder in (root, *root.parents):
        if folder != root:
            above.append(folder)
        if (folder / ".git").exists():
            break
    else:
        return ()
    layers = [
        layer
        for folder in reversed(above)
        for layer in _layers(folder / _GIT_FILE, "", f"{shown(root.relative_to(folder))}/")
    ]
    said = (layer.verdict("") for layer in reversed(layers))
    return () if next((one for one in said if one is not None), False) else tuple(layers)


def _walk(
    found: FoundFiles,
    folder: Path,
    prefix: str,
    ignored: _Ignored,
    above: set[tuple[int, int]],
) -> None:
    if len(above) > _DEEPEST:
        found.problems.append(Problem(prefix, 1, "E103", "folders are nested too deeply; skipped"))
        return
    ignored = ignored.within(folder, prefix)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        found.problems.append(Problem(prefix or ".", 1, "E103", f"folder cannot be read: {_reason(error)}"))
        return
    for entry in entries:
        name = prefix + entry.name
        if _is_folder(entry):
            if entry.name.startswith(".") or ignored.leaves_out(name + "/", otherwise=_is_of_programs(entry)):
                continue
            identity = _identity(Path(entry.path))
            if identity in above:
                found.problems.append(Problem(name, 1, "W104", "symbolic link to a folder above it; skipped"))
                continue
            _walk(found, Path(entry.path), name + "/", ignored, above | {identity})
        elif entry.name.lower().endswith(SUFFIXES) and not ignored.leaves_out(name):
            _add(found, Path(entry.path), name)


def _add(found: FoundFiles, path: Path, name: str) -> None:
    try:
        status = path.stat()
    except OSError as error:
        found.problems.append(Problem(name, 1, "E103", f"file cannot be read: {_reason(error)}"))
        return
    if not stat.S_ISREG(status.st_mode):
        found.problems.append(Problem(name, 1, "E103", "not a regular file; skipped"))
        return
    found.files.append(NoteFile(path, name, status.st_size, status.st_mtime_ns))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _is_of_programs(folder: os.DirEntry[str] | Path) -> bool:
    """Whether a folder holds packages: their notes are nobody's here."""
    return folder.name == _NO_NOTES or Path(folder, _ENVIRONMENT).is_file()


def _layers(file: Path, below: str, lead: str = "") -> list[_Layer]:
    """An ignore file, if it is there."""
    try:
        lines = read_note(file).decode("utf-8-sig", "replace").split("\n")
    except MissingError:
        return []
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  few folders have such a file

    patterns = (pattern for line in lines for pattern in _patterns(line))
    return [_Layer(GitIgnoreSpec(patterns), below, lead)]


def _patterns(line: str) -> Sequence[GitIgnoreSpecPattern]:
    """The pattern of a line; what is none is skipped, as git does."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  few folders have such a file

    try:
        return GitIgnoreSpec.from_lines([line]).patterns
    except (ValueError, re.error):
        return ()


def read_note(path: Path, *, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of one file.

    Raises:
        MissingError: It cannot be read, is no regular file, or is larger than ``limit`` bytes.
    """
    with _readable(path):
        # O_NONBLOCK: a named pipe called notes.md must not hang us
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123  it is open already
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise MissingError(f"{shown(path)}: not a regular file; skipped")
            data = file.read(limit + 1) if status.st_size <= limit else b"x" * (limit + 1)
    if len(data) > limit:
        raise MissingError(f"{shown(path)}: larger than {limit >> 20} MB; skipped. Split the note.")
    return data


def digest(data: bytes) -> str:
    """What tells whether a file's bytes have changed."""
    return hashlib.sha256(data).hexdigest()


def write_note(path: Path, data: bytes, *, expected: bytes) -> None:
    """Replace a file's bytes as a whole, or not at all.

    Raises:
        FileChangedError: The file no longer holds ``expected``; it was left as it is.
        MissingError: It cannot be written.
    """
    target = Path(os.path.realpath(path))
    with _readable(path), _temporary_beside(target) as (temporary, file):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        if read_note(target) != expected:
            raise FileChangedError(
                f"{shown(path)}:1: E601 the file was changed meanwhile. Nothing was written; try again.",
                path=str(path),
            )
        temporary.replace(target)
        _sync_folder(target.parent)


class Staged:
    """Files written beside their places, to be put there together: all of them, unless the process is killed.

    Used as a context: what was not published is removed again.
    """

    def __init__(self) -> None:
        self._files: list[tuple[Path, Path, bytes | None]] = []
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for temporary, _target, _expected in self._files:
            temporary.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):  # something stands in it by now
                folder.rmdir()

    def add(self, path: Path, data: bytes, *, expected: bytes | None) -> NoteFile:
        """Write a file that is to replace ``expected``, or nothing.

        Raises:
            MissingError: It cannot be written.
        """
        target = Path(os.path.realpath(path))
        with _readable(path):
            self._make(target.parent)
            descriptor, name = _temporary(target.parent)
            self._files.append((Path(name), target, expected))
            with open(descriptor, "wb") as file:  # noqa: PTH123  it is open already
                file.write(data)
                file.flush()
                os.fsync(descriptor)
                os.chmod(name, 0o666 & ~_umask() if expected is None else stat.S_IMODE(target.stat().st_mode))  # noqa: PTH101
                status = os.fstat(descriptor)
        return NoteFile(path, path.name, status.st_size, status.st_mtime_ns)

    def publish(self) -> None:
        """Put every file in its place.

        Raises:
            FileChangedError: One was changed since it was read, or is there by now; nothing was put in place.
            MissingError: One cannot be put in place.
        """
        for _temporary_file, target, expected in self._files:
            if (read_note(target) if target.exists() else None) != expected:
                raise FileChangedError(
                    f"{shown(target)}:1: E601 the file was changed meanwhile. Nothing was written; try again.",
                    path=shown(target),
                )
        for temporary, target, _expected in self._files:
            with _readable(target):
                temporary.replace(target)
        for folder in {target.parent for _, target, _ in self._files} | {
            each.parent for each in self._folders
        }:
            with _readable(folder):
                _sync_folder(folder)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir()
            self._folders.append(folder)


def _temporary(folder: Path) -> tuple[int, str]:
    import tempfile  # noqa: PLC0415  a review writes no files

    return tempfile.mkstemp(prefix=".dquiz-", dir=folder)


def _umask() -> int:
    """The permissions that new files go without; the system tells only by setting them."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def _temporary_beside(target: Path) -> Iterator[tuple[Path, tempfile._TemporaryFileWrapper[bytes]]]:
    import tempfile  # noqa: PLC0415  a review writes no files

    file = tempfile.NamedTemporaryFile(prefix=".dquiz-", dir=target.parent, delete=False)  # noqa: SIM115
    temporary = Path(file.name)
    try:
        with file:
            yield temporary, file
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MissingError(f"{shown(path)}: {_reason(error)}.", path=str(path)) from None


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def shown(path: str | os.PathLike[str]) -> str:
    """A path as text that can be printed and stored: undecodable bytes of a file name are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")
