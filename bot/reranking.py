"""The order of what a search found, by a cross-encoder, within a time budget: over it, or failing, the order stays."""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.breaker import CircuitBreaker
from corpus.index import Hit
from corpus.reranker import Reranker

log = logging.getLogger(__name__)

RERANKED = 20  # the best hits, whose order may change


class Reranking:
    """Reorders hits. Safe to use from several threads; one question is reranked at a time.

    After three failures in a row, time and again over the budget, say, no question waits for the model for 30 seconds.
    """

    def __init__(self, reranker: Reranker, budget_s: float) -> None:
        self._reranker = reranker
        self._budget_s = budget_s
        self._breaker = CircuitBreaker()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reranker")

    def reorder(self, question: str, hits: Sequence[Hit]) -> tuple[list[Hit], str]:
        """The hits in their new order, and a note of what went wrong, if anything; then the order is as it was.

        The scores keep their places, so that they go on meaning what they meant: the best hit has the best score.
        """
        if len(hits) < 2:
            return list(hits), ""
        if not self._breaker.admit():
            return list(hits), "reranker: paused"
        best = hits[:RERANKED]
        stopped = threading.Event()
        ends = time.monotonic() + self._budget_s

        def go_on() -> bool:
            return not stopped.is_set() and time.monotonic() < ends

        texts = [hit.passage.search_text for hit in best]
        work = self._worker.submit(self._reranker.scores, question, texts, go_on)
        try:
            scores = work.result(self._budget_s)
        except OutOfTime:
            scores = None
        except Exception as error:  # whatever a model does must not cost the answer; the note says that it did
            log.warning("Reranker %s failed: %s: %s", self._reranker.name, type(error).__name__, error)
            self._breaker.failed()
            return list(hits), f"reranker: {type(error).__name__}"
        finally:
            stopped.set()
            work.cancel()
        if scores is None:
            self._breaker.failed()
            return list(hits), "reranker: over its time budget"
        self._breaker.succeeded()
        return [*_reordered(best, scores), *hits[RERANKED:]], ""


def _reordered(hits: Sequence[Hit], scores: NDArray[np.float32]) -> list[Hit]:
    order = np.argsort(-scores, kind="stable")
    return [replace(hits[int(i)], score=hits[place].score) for place, i in enumerate(order)]
