"""A PostgreSQL server of our own, behind a socket in a temporary folder; nothing of the system's is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

PROGRAMS = shutil.which("initdb") or max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default="")
MISSING = "PostgreSQL's initdb is not here (Debian: apt-get install postgresql)"
try:
    import psycopg
    from psycopg.rows import dict_row
except ModuleNotFoundError:
    MISSING, PROGRAMS = "psycopg is not installed", ""


def _unprivileged_user():
    """PostgreSQL does not run as root."""
    known = {user.pw_name for user in pwd.getpwall()}
    return ("postgres" if "postgres" in known else "nobody") if os.getuid() == 0 else None


# Ends the server and removes its folder when its standard input closes: also when the tests are killed
_KEEPER = 'cat; "$0" -D "$1/data" -m immediate -w stop >/dev/null 2>&1; rm -rf "$1"'


class Server:
    """A running server. Whoever knows its folder may connect, as any user it has; only ``guarded`` needs a password."""

    def __init__(self, *settings):
        self._user = _unprivileged_user()
        self.folder = Path(tempfile.mkdtemp(prefix="dquiz-pg-"))
        self._numbers = count()
        if self._user:
            shutil.chown(self.folder, self._user)
        self._keeper = subprocess.Popen(
            ["sh", "-c", _KEEPER, Path(PROGRAMS).with_name("pg_ctl"), self.folder],
            stdin=subprocess.PIPE,
            user=self._user,
            start_new_session=True,
            cwd="/",
        )
        try:
            # not the order of bytes, which is SQLite's: what depends on the order of letters is to be found
            self._make("--locale-provider=icu", "--icu-locale=en-US")
        except subprocess.CalledProcessError:  # before PostgreSQL 15, or built without ICU
            self._make()
        access = self.folder / "data" / "pg_hba.conf"
        access.write_text(f"local all guarded scram-sha-256\n{access.read_text()}")
        options = [f"unix_socket_directories={self.folder}", "listen_addresses=", *settings]
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.writelines("{} = '{}'\n".format(*option.split("=", 1)) for option in options)
        self.start()

    def _make(self, *letters):
        self._run("initdb", "-A", "trust", "-U", "learner", "-E", "UTF8", "--no-sync", *letters)

    def _run(self, program, *arguments):
        subprocess.run(
            [Path(PROGRAMS).with_name(program), "-D", self.folder / "data", *arguments],
            check=True,
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )

    def start(self):
        self._run("pg_ctl", "-l", self.folder / "log", "-w", "start")

    def stop(self, mode="fast"):
        self._run("pg_ctl", "-m", mode, "-w", "stop")

    def remove(self):
        self._keeper.communicate(timeout=60)

    def url(self, database):
        return f"postgresql+psycopg://learner@/{database}?host={self.folder}"

    def ask(self, sql, database="postgres"):
        """The rows that a statement gives, as dictionaries; none if it gives none."""
        with psycopg.connect(
            host=str(self.folder), user="learner", dbname=database, autocommit=True, row_factory=dict_row
        ) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def new_database(self, template="template1", options=""):
        """The name of a new database, a copy of another."""
        name = f"desk{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template} {options}")
        return name

    def drop(self, database):
        self.ask(f"DROP DATABASE {database} WITH (FORCE)")

    def kill_connections(self, database):
        """Every connection to a database is cut by the server; how many those were."""
        sql = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        return len(self.ask(sql))
