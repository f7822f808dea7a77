"""How well answers are read out of passages, on question sets whose authors marked the answer.

The bot answers every question from a release of the set, as it would from the plan; no model, no set of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.settings import Settings
from evals import beir, statistics
from evals.beir import Collection
from evals.cases import ANSWERED, Problem, SetError
from evals.matching import comparable
from evals.metrics import answer_text
from evals.run import Answers
from evals.scoring import percentile


@dataclass(frozen=True)
class Reading:
    """One question: what was marked, what was said, and whether the one stands in the other."""

    id: str
    question: str
    wanted: tuple[str, ...]
    said: str
    answered: bool
    contains: bool
    cited_right: bool


@dataclass(frozen=True)
class ReadingFigures:
    """`contains` counts a question that was not answered as not contained; lengths are in characters."""

    questions: int
    contains: float
    contains_low: float
    contains_high: float
    answered: float
    contains_if_answered: float
    cited_right: float
    length_p50: float
    length_p95: float
    wanted_length_p50: float

    def as_json(self) -> dict[str, float]:
        return asdict(self)


def read_all(
    collection: Collection,
    data_dir: Path,
    settings: Settings,
    open_answerer: Callable[[Settings], Answers],
    on_indexed: Callable[[int], None] = lambda _: None,
    on_answer: Callable[[], None] = lambda: None,
) -> list[Reading]:
    """The bot's answers to all questions that have a marked answer, from a release made in an empty directory.

    Raises:
        SetError: if no question has one.
    """
    queries = [query for query in collection.judged if query.answers]
    if not queries:
        raise SetError([Problem("queries.jsonl", 0, "", "ไม่มีคำถามที่มี answers ให้วัดการอ่าน (no gold answers)")])
    beir.serve(collection, data_dir, settings.embedding_model, on_indexed, to_read=True)
    answerer = open_answerer(settings.model_copy(update={"data_dir": data_dir}))
    readings = []
    for query in queries:
        answer = answerer.answer(query.text)
        said = answer_text(answer)
        answered = answer.status in ANSWERED
        places = {place for place, _ in query.answers}
        readings.append(
            Reading(
                id=query.id,
                question=query.text,
                wanted=tuple(dict.fromkeys(text for _, text in query.answers)),
                said=said,
                answered=answered,
                contains=answered and any(stands_in(text, said) for _, text in query.answers),
                cited_right=any(citation.passage_id in places for citation in answer.citations),
            )
        )
        on_answer()
    return readings


def stands_in(wanted: str, said: str) -> bool:
    """Whether the marked answer stands in what was said, whatever its spacing, digits and punctuation."""
    span = comparable(wanted)
    return bool(span) and span in comparable(said)


def figures(readings: Sequence[Reading]) -> ReadingFigures:
    """The figures over all questions; lengths are those of the answers given."""
    n = len(readings)
    given = [reading for reading in readings if reading.answered]
    contained = sum(reading.contains for reading in readings)
    interval = statistics.wilson(contained, n)
    lengths = [float(len(reading.said)) for reading in given]
    return ReadingFigures(
        questions=n,
        contains=contained / n,
        contains_low=interval.low,
        contains_high=interval.high,
        answered=len(given) / n,
        contains_if_answered=contained / len(given) if given else 0.0,
        cited_right=sum(reading.cited_right for reading in readings) / n,
        length_p50=percentile(lengths, 0.5),
        length_p95=percentile(lengths, 0.95),
        wanted_length_p50=percentile([float(len(reading.wanted[0])) for reading in readings], 0.5),
    )
