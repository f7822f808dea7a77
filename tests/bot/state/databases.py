"""Databases to test against: always a fresh SQLite file, and a fresh PostgreSQL database where a server can be run.

The PostgreSQL server is one of the machine's own (Debian's `postgresql`), started for the test session on a socket in
a folder of its own and stopped after it.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

BINARIES = [Path(path) for path in ("/usr/lib/postgresql",)]


def find_initdb() -> Path | None:
    """PostgreSQL's `initdb`, the newest that is installed."""
    packaged = sorted(path for folder in BINARIES for path in folder.glob("*/bin/initdb"))
    return packaged[-1] if packaged else None


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A server of its own; yields a URL up to the name of the database. It must not run as root, so root lends it."""
    initdb = find_initdb()
    assert initdb is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user: dict[str, str | int] = {}
    if os.getuid() == 0:
        owner = next(entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid}
    data = folder / "data"

    def call(*arguments: str | Path) -> None:
        subprocess.run(arguments, check=True, capture_output=True, cwd=folder, **as_user)  # type: ignore[call-overload]

    control = initdb.with_name("pg_ctl")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    call(initdb, "--pgdata", data, "--username", "tester", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
    call(control, "start", "-w", "-D", data, "-l", folder / "log", "-o", options)
    try:
        yield f"postgresql://tester@/{{name}}?host={folder}"
    finally:
        call(control, "stop", "-D", data, "-m", "immediate")
        shutil.rmtree(folder)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The URL of a fresh database on that server."""
    import psycopg

    name = f"t{uuid4().hex}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield server.format(name=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
