"""The database behind everything in this package: SQLite in a file unless DATABASE_URL names a PostgreSQL.

A concern (inbox, conversations, members, …) is a module of this package. It declares its tables on `metadata`, brings
its own chain of steps in `migrations/versions`, and does all its work in functions that take a connection as their
first argument: `await database.run(function, …)` calls one in a transaction of its own, off the event loop.

SQLite runs with a write-ahead log and one worker thread, since it has one writer anyway; PostgreSQL with a pool.
"""

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.schema import CreateSchema, DropSchema

log = logging.getLogger(__name__)

# What any work in the database may raise, for those who may not know the library.
DatabaseTrouble = SQLAlchemyError
DAMAGE_LOOKED_FOR_EVERY_S = 0.5

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_S = 5.0
POSTGRESQL_THREADS = 8
# A lost connection or a locked file is tried again after these pauses; the transaction has been rolled back by then.
PAUSES_S = (0.1, 0.5, 2.0)
BACKUPS_KEPT = 3
BACKUP_SCHEMA = "tham_phaen_backup_"
# Two replicas that start together: one migrates, the other waits. Any number will do, if it is always the same.
MIGRATION_LOCK = 2_563_2565

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class DatabaseUnusable(Exception):
    """The database cannot be used; the message is for the person at the console, Thai first."""


class DatabaseDamaged(Exception):
    """The file was damaged while it was open. Opened anew, it is set aside and another one is begun."""


class Moment(TypeDecorator[datetime]):
    """A point in time: always with a time zone in Python, always UTC in the database, which SQLite does not know of."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Database:
    """An open database of this program's version. Use `open_database` to get one, and close it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._damage = threading.Event()
        threads = 1 if self.is_sqlite else POSTGRESQL_THREADS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    async def run(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(connection, …)` in a transaction, in a thread of the database.

        Raises:
            DatabaseTrouble: what is still wrong after some tries; the transaction is rolled back.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self.transact(work, *args, **kwargs))

    def transact(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, in this thread and at once; not for the event loop."""
        try:
            return self._transact(work, *args, **kwargs)
        except DatabaseError as error:
            if self.is_sqlite and _tells_damage(error.orig):
                self._damage.set()
            raise

    def _transact(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        for pause in PAUSES_S:
            try:
                with self.engine.begin() as connection:
                    return work(connection, *args, **kwargs)
            except IntegrityError:
                # Two transactions have written the same new row side by side; the second finds it there now.
                log.info("Another transaction was faster; trying again")
            except OperationalError as error:
                log.warning("The database did not answer (%s); trying again", type(error.orig).__name__)
                time.sleep(pause)
        with self.engine.begin() as connection:
            return work(connection, *args, **kwargs)

    async def watch(self) -> None:
        """Returns never.

        Raises:
            DatabaseDamaged: as soon as a transaction has shown that the file is damaged.
        """
        while not self._damage.is_set():  # noqa: ASYNC110  set by threads
            await asyncio.sleep(DAMAGE_LOOKED_FOR_EVERY_S)
        raise DatabaseDamaged

    async def answers(self) -> bool:
        """Whether the database can be asked just now."""
        try:
            await self.run(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
        except DatabaseTrouble:
            return False
        return True

    def close(self) -> None:
        """Let what was begun end, then close all connections."""
        self._threads.shutdown()
        self.engine.dispose()


def open_database(url: str, data_dir: Path) -> Database:
    """The database of DATABASE_URL (empty: `data_dir/state.db`), brought to this program's version.

    Before it is changed, an SQLite file is copied beside itself, and PostgreSQL's tables into a schema of their own. A
    file that is damaged is moved aside, with an error in the log, and a new one is begun: the bot forgets, but it
    answers.

    Raises:
        DatabaseUnusable: when it cannot be reached, written, or is of a newer program.
    """
    where = _read_url(url, data_dir)
    path = Path(where.database) if where.get_backend_name() == "sqlite" and where.database else None
    with _said_clearly(where):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            _set_aside_if_damaged(path)
        database = Database(_engine(where))
        try:
            _migrate(database, path)
        except BaseException:
            database.close()
            raise
    return database


def _tells_damage(error: object) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) or 0
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _read_url(url: str, data_dir: Path) -> URL:
    if not url:
        return URL.create("sqlite", database=str(data_dir / "state.db"))
    try:
        where = make_url(url)
    except ArgumentError:
        where = URL.create("unreadable")
    if where.drivername == "postgresql":
        where = where.set(drivername="postgresql+psycopg")
    if where.drivername not in ("sqlite", "postgresql+psycopg"):
        raise DatabaseUnusable(
            "DATABASE_URL อ่านไม่ได้ ต้องเป็น sqlite:///ไฟล์ หรือ postgresql://ผู้ใช้:รหัสผ่าน@เครื่อง/ฐานข้อมูล\n"
            "DATABASE_URL cannot be read; expected sqlite:///file or postgresql://user:password@host/database."
        )
    return where


def _engine(where: URL) -> Engine:
    """The engine; parameters stay out of its errors, since they are what people wrote."""
    if where.get_backend_name() != "sqlite":
        return create_engine(where, hide_parameters=True, pool_pre_ping=True, pool_size=POSTGRESQL_THREADS)
    engine = create_engine(where, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # the library must not begin by itself, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the writer's place at once: a transaction that reads first and then writes could be refused half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(database: Database, path: Path | None) -> None:
    """Run the steps that this database has not seen."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        done = MigrationContext.configure(connection).get_current_heads()
        _refuse_newer(script, done)
        if set(done) == set(script.get_heads()):
            return
        if tables := inspect(connection).get_table_names():
            copy = _back_up(path) if path else _copy_tables(connection, tables)
            log.info("Copied the database to %s before changing it", copy)
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")


def _refuse_newer(script: ScriptDirectory, done: tuple[str, ...]) -> None:
    for revision in done:
        try:
            script.get_revision(revision)
        except CommandError:
            raise DatabaseUnusable(
                f"ฐานข้อมูลนี้มาจากโปรแกรมรุ่นใหม่กว่า (ขั้น {revision}) โปรดใช้โปรแกรมรุ่นนั้น "
                "หรือนำไฟล์สำรอง state.db.backup-… กลับมาใช้\n"
                f"This database is of a newer program (step {revision}). Use that program, "
                "or go back to the backup state.db.backup-… beside the file."
            ) from None


def _back_up(path: Path) -> Path:
    """A copy that is whole even while others write; old copies beyond the last few are deleted."""
    copy = path.with_name(f"{path.name}.backup-{now():%Y%m%dT%H%M%S%f}")
    with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    for old in sorted(path.parent.glob(f"{path.name}.backup-*"))[:-BACKUPS_KEPT]:
        old.unlink()
    return copy


def _copy_tables(connection: Connection, tables: Sequence[str]) -> str:
    """PostgreSQL's tables copied into a schema of their own, in the transaction of the change; the schema's name."""
    copy = f"{BACKUP_SCHEMA}{now():%Y%m%dt%H%M%S%f}"
    connection.execute(CreateSchema(copy))
    quoted = connection.dialect.identifier_preparer.quote
    for table in tables:
        connection.execute(text(f"CREATE TABLE {copy}.{quoted(table)} AS TABLE {quoted(table)}"))
    copies = sorted(name for name in inspect(connection).get_schema_names() if name.startswith(BACKUP_SCHEMA))
    for old in copies[:-BACKUPS_KEPT]:
        connection.execute(DropSchema(old, cascade=True))
    return copy


def _set_aside_if_damaged(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:  # locked or not readable: not damaged, and said clearly when it is opened
        return
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found == "ok":
        return
    aside = path.with_name(f"{path.name}.damaged-{now():%Y%m%dT%H%M%S%f}")
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    log.error(
        "ฐานข้อมูลเสียหาย ย้ายไปไว้ที่ %s แล้วเริ่มไฟล์ใหม่ · The database was damaged (%s): moved to %s, a new one is begun",
        aside,
        found,
        aside,
    )


@contextlib.contextmanager
def _said_clearly(where: URL) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, OSError, sqlite3.Error) as error:
        cause = str(error.orig if isinstance(error, DBAPIError) else error).strip()
        raise DatabaseUnusable(
            f"ใช้ฐานข้อมูล {where!r} ไม่ได้ ({cause}) โปรดตรวจ DATABASE_URL หรือสิทธิ์เขียนใน DATA_DIR\n"
            f"The database {where!r} cannot be used: {cause}. Check DATABASE_URL, or the right to write in DATA_DIR."
        ) from None
    except (ModuleNotFoundError, NoSuchModuleError):
        raise DatabaseUnusable(
            "PostgreSQL ต้องติดตั้งเพิ่ม: pip install '.[postgresql]'\n"
            "PostgreSQL needs one more package: pip install '.[postgresql]'"
        ) from None
