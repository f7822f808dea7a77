"""Opening, migrating and refusing databases."""

import asyncio
import importlib
import os
import pkgutil
import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select, text

import bot.state
from bot.state import people
from bot.state.database import (
    BACKUP_SCHEMA,
    BACKUPS_KEPT,
    Database,
    DatabaseDamaged,
    DatabaseTrouble,
    DatabaseUnusable,
    Moment,
    metadata,
    open_database,
)

for module in pkgutil.iter_modules(bot.state.__path__):
    importlib.import_module(f"bot.state.{module.name}")


def open_and_close(url: str, data_dir: Path) -> None:
    open_database(url, data_dir).close()


def test_the_steps_lead_to_the_tables_that_the_program_uses(database: Database) -> None:
    """Whoever changes a table without a step, or the other way round, learns it here."""
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert "inbox" in metadata.tables


def test_opening_again_changes_nothing(url: str, tmp_path: Path) -> None:
    open_and_close(url, tmp_path)
    before = set(tmp_path.iterdir())
    open_and_close(url, tmp_path)
    assert set(tmp_path.iterdir()) == before


def test_sqlite_survives_a_power_cut_and_checks_foreign_keys(tmp_path: Path) -> None:
    database = open_database("", tmp_path)
    with database.engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")]
        assert found == ["wal", 1]
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    database.close()


def test_an_older_database_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    for round_ in range(BACKUPS_KEPT + 2):
        open_and_close("", tmp_path)
        with closing(sqlite3.connect(tmp_path / "state.db")) as older:
            older.executescript(
                "DROP TABLE outbox; DROP TABLE inbox; DELETE FROM alembic_version WHERE version_num LIKE 'inbox%';"
                f"CREATE TABLE kept_{round_} (x);"
            )
    copies = sorted(tmp_path.glob("state.db.backup-*"))
    assert len(copies) == BACKUPS_KEPT
    with closing(sqlite3.connect(copies[-1])) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"kept_0", f"kept_{BACKUPS_KEPT}"} <= tables
    assert "inbox" not in tables


def test_an_older_postgresql_is_copied_into_a_schema_of_its_own(postgresql_url: str, tmp_path: Path) -> None:
    def schemas(database: Database) -> list[str]:
        found = database.transact(lambda c: inspect(c).get_schema_names())
        return sorted(name for name in found if name.startswith(BACKUP_SCHEMA))

    for round_ in range(BACKUPS_KEPT + 2):
        database = open_database(postgresql_url, tmp_path)
        database.transact(lambda c: c.execute(text("DROP TABLE presses")))
        database.transact(lambda c: c.execute(text("DELETE FROM alembic_version WHERE version_num LIKE 'presses%'")))
        invite = text(f"INSERT INTO invitations VALUES ('{round_}', 'agency', 1, now(), now())")
        database.transact(lambda c, invite=invite: c.execute(invite))  # type: ignore[misc]
        database.close()
    database = open_database(postgresql_url, tmp_path)
    copies = schemas(database)
    assert len(copies) == BACKUPS_KEPT
    count = text(f"SELECT count(*) FROM {copies[-1]}.invitations")
    assert database.transact(lambda c: c.execute(count).scalar_one()) == BACKUPS_KEPT + 2
    assert "presses" not in database.transact(lambda c: inspect(c).get_table_names(schema=copies[-1]))
    assert "presses" in database.transact(lambda c: inspect(c).get_table_names())
    database.close()


async def test_one_person_in_two_chats_at_once_is_met_once(database: Database) -> None:
    """Two transactions that find nobody and write the same row: the second tries again, and finds it."""
    for user_id in range(1, 30):
        met = [database.run(people.meet, user_id, in_private=in_private) for in_private in (True, False, True, False)]
        assert {person.user_id for person in await asyncio.gather(*met)} == {user_id}
    assert await database.run(people.count_reachable) == 29


def test_a_newer_database_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    database = open_database(url, tmp_path)
    database.transact(lambda c: c.execute(text("INSERT INTO alembic_version VALUES ('inbox_9999')")))
    database.close()
    with pytest.raises(DatabaseUnusable, match=r"รุ่นใหม่กว่า[\s\S]*newer program \(step inbox_9999\)"):
        open_database(url, tmp_path)


def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "state.db").write_bytes(b"this is no database, " * 500)
    open_and_close("", tmp_path)
    [aside] = tmp_path.glob("state.db.damaged-*")
    assert aside.read_bytes().startswith(b"this is no database")
    assert "damaged" in caplog.text


def test_a_truncated_file_is_noticed(tmp_path: Path) -> None:
    open_and_close("", tmp_path)
    state = tmp_path / "state.db"
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])
    open_and_close("", tmp_path)
    assert len(list(tmp_path.glob("state.db.damaged-*"))) == 1


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/d", "postgresql:/broken", "nonsense", "://"])
def test_an_unreadable_address_is_said_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="DATABASE_URL") as caught:
        open_database(url, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"DATABASE_URL") as caught:
        open_database("postgresql://u:hunter2@127.0.0.1:1/d", tmp_path)
    assert "hunter2" not in str(caught.value)
    assert "***" in str(caught.value)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseUnusable, match="DATA_DIR"):
        open_database("", tmp_path / "file")


def test_moments_keep_their_time_zone(database: Database) -> None:
    own = MetaData()
    table = Table("moments", own, Column("at", Moment))
    bangkok = datetime(2026, 1, 1, 8, 30, tzinfo=timezone(timedelta(hours=7)))

    def store_and_read(connection: Connection) -> datetime | None:
        own.create_all(connection)
        connection.execute(insert(table).values(at=bangkok))
        at: datetime | None = connection.execute(select(table.c.at)).scalar_one()
        return at

    read = database.transact(store_and_read)
    assert read == bangkok
    assert read is not None
    assert read.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="time zone"):
        database.transact(lambda c: c.execute(insert(table).values(at=datetime(2026, 1, 1))))


async def test_work_runs_in_a_transaction_off_the_event_loop(database: Database) -> None:
    assert await database.answers()
    with pytest.raises(ZeroDivisionError):
        await database.run(_insert_and_fail)
    left = await database.run(lambda c: c.execute(text("SELECT count(*) FROM inbox")).scalar_one())
    assert left == 0
    thread = await database.run(lambda _: threading.current_thread())
    assert thread is not threading.current_thread()


def _insert_and_fail(connection: Connection) -> None:
    connection.execute(text("DELETE FROM inbox"))
    raise ZeroDivisionError


async def test_a_file_locked_for_a_while_is_waited_for(tmp_path: Path) -> None:
    database = open_database("", tmp_path)
    holder = sqlite3.connect(tmp_path / "state.db", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    letting_go = threading.Timer(0.3, holder.rollback)
    letting_go.start()
    assert await database.answers()
    letting_go.join()
    holder.close()
    database.close()


async def test_a_file_damaged_while_it_is_open_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    database = open_database("", tmp_path)
    try:
        watching = asyncio.create_task(database.watch())
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.truncate(path, 3 * 4096)
        with pytest.raises(DatabaseTrouble):
            await database.run(lambda connection: connection.execute(text("SELECT * FROM inbox")).all())
        with pytest.raises(DatabaseDamaged):
            await asyncio.wait_for(watching, 5)
    finally:
        database.close()
