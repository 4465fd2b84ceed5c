"""What the store asks of file systems: of which kind they are, and files that get their name when they are whole."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

COMPANIONS = ("-wal", "-shm", "-journal")
_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "coda", "gpfs", "lustre", "glusterfs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "fuse.davfs", "davfs"),
    }
)
_UNFINISHED = re.compile(r"\..+\.(\d+)\.part(-wal|-shm|-journal)?")


def network_kind(folder: Path) -> str | None:
    """The kind of network file system that a folder lies on; None for others, and where the system does not tell."""
    try:
        if _is_local_disk(folder):
            return None
        table = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # no such folder yet, or no such table on this system
        return None
    kind = kind_of_mount(os.path.realpath(folder), table)
    return kind if kind in _NETWORK else None


def _is_local_disk(folder: Path) -> bool:
    """Whether the device has a number of its own, which what comes over a network has not."""
    return os.name != "posix" or os.major(folder.stat().st_dev) > 0


def kind_of_mount(folder: str, table: str) -> str:
    """The file system of the mount that holds a folder, from a table as proc_pid_mountinfo(5) describes it."""
    kind, longest = "", -1
    for line in table.splitlines():
        before, _, after = line.partition(" - ")
        # blanks in a mount point are written as octal numbers
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), before.split(" ")[4])
        if len(point) >= longest and f"{folder}/".startswith(f"{point.rstrip('/')}/"):
            kind, longest = after.split(" ")[0], len(point)
    return kind


def is_read_only(path: Path) -> bool:
    """Whether there is a file that cannot be written to, or its folder, which SQLite needs for its companions."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it, for this user alone."""
    if not folder.is_dir():
        make_private_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)


def free(path: Path, end: str = "") -> Path:
    """The path with that end, and a number before it if something stands there already."""
    candidate = path.with_name(path.name + end)
    number = 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}-{number}{end}")
    return candidate


def unfinished(target: Path) -> Path:
    """Where this process makes a file before it gets its name."""
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def publish(finished: Path, target: Path) -> None:
    """Give a file its name, in place of what had it; both survive a power cut."""
    flush(finished)
    finished.replace(target)
    flush(target.parent)


def flush(path: Path) -> None:
    """Wait until a file or the names in a folder are on disk. Never a live database: its locks would be dropped."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a database with its companions."""
    for end in ("", *COMPANIONS):
        path.with_name(path.name + end).unlink(missing_ok=True)


def tidy(folder: Path, name: str = "") -> None:
    """Remove the unfinished files that processes left which are dead by now: of one name, or all."""
    beginning = f".{name}." if name else "."
    for path in folder.iterdir():
        match = _UNFINISHED.fullmatch(path.name) if path.name.startswith(beginning) else None
        if match and not _may_run(int(match[1])):
            with contextlib.suppress(PermissionError):
                path.unlink(missing_ok=True)


def _may_run(process: int) -> bool:
    if os.name != "posix":
        return False  # there a file that is in use cannot be removed
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
