"""Releases that change while the bot answers: nothing mixed, nothing left open, nothing refused for want of handles."""

import gc
import os
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path

import pytest

from bot.answerer import Answerer
from bot.library import Shelf
from corpus import releases, soundness
from ingest.build import build
from tests.ingest.small_corpus import PLAN, write_corpus

QUESTION = "งบประมาณรวมของแผนเท่าไร"
SWITCHES = 30


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A data folder with two releases, and the budget that each tells, by id."""
    folder, budgets = tmp_path_factory.mktemp("two"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soundness, "verify", lambda *_: None)
        for budget in ("6,504.69", "7,777.77"):
            corpus_dir = write_corpus(folder / "documents", {"plan": PLAN.replace("6,504.69", budget)})
            budgets[build(corpus_dir, folder / "data").release.id] = budget
    return folder / "data", budgets


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def memory() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def switched(shelf: Shelf, data_dir: Path, release_ids: Iterator[str], times: int) -> None:
    for release_id in islice(release_ids, times):
        releases.publish(data_dir, release_id)
        assert shelf.library().release.id == release_id
        assert Answerer(shelf).answer(QUESTION).release == release_id
    gc.collect()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux to count handles and memory")
def test_many_switches_leave_no_handle_and_no_memory_behind(two: tuple[Path, dict[str, str]]) -> None:
    data_dir, budgets = two
    shelf, turns = Shelf(data_dir), cycle(budgets)
    switched(shelf, data_dir, turns, 6)
    handles_before, memory_before = handles(), memory()
    switched(shelf, data_dir, turns, SWITCHES)
    assert handles() <= handles_before + 2
    assert memory() - memory_before < SWITCHES * 1_000_000


def test_answers_given_while_releases_change_are_each_of_one_release(two: tuple[Path, dict[str, str]]) -> None:
    data_dir, budgets = two
    answerer, done = Answerer(Shelf(data_dir)), threading.Event()

    def ask() -> list[tuple[str, str]]:
        answers = []
        while not done.is_set():
            answer = answerer.answer(QUESTION)
            answers.append((answer.release, " ".join(statement.text for statement in answer.statements)))
        return answers

    with ThreadPoolExecutor(2) as pool:
        askers = [pool.submit(ask) for _ in range(2)]
        try:
            for release_id in islice(cycle(budgets), 12):
                releases.publish(data_dir, release_id)
                answerer.answer(QUESTION)
        finally:
            done.set()
        answers = [answer for asker in askers for answer in asker.result()]
    assert {release_id for release_id, _ in answers} == set(budgets)
    assert all(budgets[release_id] in text for release_id, text in answers)


def test_a_question_in_flight_ends_on_its_release_though_that_was_replaced_and_pruned(
    two: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir, budgets = two
    old, new = budgets
    releases.publish(data_dir, old)
    shelf = Shelf(data_dir)
    began, goes_on = threading.Event(), threading.Event()
    index = type(shelf.library().index)
    searched = index.search

    def search_slowly(self: object, *how: object, **more: object) -> object:
        began.set()
        assert goes_on.wait(30)
        return searched(self, *how, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(index, "search", search_slowly)
    with ThreadPoolExecutor(1) as pool:
        flying = pool.submit(Answerer(shelf).answer, QUESTION)
        assert began.wait(30)
        releases.publish(data_dir, new)
        assert shelf.library().release.id == new
        (data_dir / "CURRENT").write_text(new + "\n")  # without a way back, so that nothing but the question holds it
        assert old not in releases.prune(data_dir, keep=1)
        goes_on.set()
        answer = flying.result()
    assert answer.release == old
    assert budgets[old] in answer.text
    releases.publish(data_dir, old)


@contextmanager
def few_handles(more: int) -> Iterator[None]:
    """As if the process could open only so many files more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(file.name) for file in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1 + more, hard))
    taken: list[int] = []
    try:
        with suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for handle in taken[:more]:
            os.close(handle)
        yield
    finally:
        for handle in taken[more:]:
            os.close(handle)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux to count handles")
@pytest.mark.parametrize("more", [0, 3, 8])
def test_a_release_that_came_while_no_file_could_be_opened_is_taken_later(
    two: tuple[Path, dict[str, str]], more: int
) -> None:
    data_dir, budgets = two
    old, new = budgets
    releases.publish(data_dir, old)
    shelf = Shelf(data_dir)
    answerer = Answerer(shelf)
    assert answerer.answer(QUESTION).release == old
    releases.publish(data_dir, new)
    gc.collect()
    with few_handles(more):
        assert answerer.answer(QUESTION).release == old
    assert answerer.answer(QUESTION).release == new
