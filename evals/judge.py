"""A chat model as a second opinion: do the cited passages support the answer? Off unless asked for.

A judge is itself a measuring instrument: its figures are shown only beside its agreement with at least 50 labels that
people gave, and never enter the gate. Each item is judged three times and the majority counts; what cannot be read, or
has no majority, is unscored and counted as that. Replies are kept on disk by their content, so nothing is asked twice.
"""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.answer import Answer
from bot.prompt import read_prompt
from evals import run as runs
from evals import statistics
from evals.cases import ANSWERED, Problem, SetError, decoded
from evals.metrics import answer_text, cited
from evals.scoring import Figure, Result

if TYPE_CHECKING:
    from bot.settings import Settings

REPEATS = 3
LEAST_LABELS = 50
JUDGE, REPLIES = "judge.json", "judge-replies"
RULES = read_prompt("judge", frozenset({"fence"}), Path(__file__).parent)
_REPLY = re.compile(r"^\s*(?:```(?:json)?\s*)?(\{[^{}]*\})\s*(?:```)?\s*$")


class Support(StrEnum):
    """How far the cited passages support an answer."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


WORTH = {Support.FULL: 1.0, Support.PARTIAL: 0.5, Support.NONE: 0.0}


@dataclass(frozen=True)
class Item:
    """What is judged: an answer to a question, and the texts it cites."""

    id: str
    question: str
    answer: str
    passages: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over all that the judge is told."""
        return hashlib.sha256("\x1e".join((self.question, self.answer, *self.passages)).encode()).hexdigest()


@dataclass(frozen=True)
class Label:
    """What a person says of an item."""

    item: Item
    support: Support


@dataclass(frozen=True)
class Judgement:
    """The judge's word on an item: the majority of its replies; None where there is none. `unread` counts replies
    that are no judgement, `failed` requests that brought no reply."""

    support: Support | None
    unread: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Agreement:
    """How far the judge agrees with people over `n` labels that it judged; `unscored` are those it did not.

    `kappa` is Cohen's; None where people or judge used one level only, since then it tells nothing.
    """

    n: int
    same: float
    kappa: float | None
    unscored: int


@dataclass(frozen=True)
class Judged:
    """All that a judge said of a run. `support` is the mean, full 1, partial ½, none 0, over the scored cases."""

    model: str
    support: Figure
    scored: int
    unscored: int
    unread: int
    failed: int
    agreement: Agreement | None

    @property
    def hidden(self) -> str:
        """Why the figures are not shown as results, in Thai; "" where they may be shown."""
        if self.agreement is None:
            return f"ไม่มีป้ายจากคนให้เทียบ (--labels ต้องมีอย่างน้อย {LEAST_LABELS} ข้อ)"
        if self.agreement.n < LEAST_LABELS:
            return f"มีป้ายจากคนที่เทียบได้ {self.agreement.n} ข้อ ต้องมีอย่างน้อย {LEAST_LABELS} ข้อ"
        if self.agreement.kappa is None:
            return "ป้ายจากคนหรือผลของโมเดลมีเพียงระดับเดียว จึงวัดความสอดคล้องไม่ได้"
        return ""

    def as_json(self) -> dict[str, Any]:
        """The figures where they may be shown, else the reason why not."""
        counts = {"model": self.model, "scored": self.scored, "unscored": self.unscored, "unread": self.unread}
        counts["failed"] = self.failed
        if self.hidden:
            return counts | {"hidden": self.hidden}
        return counts | {"support": vars(self.support), "agreement": vars(self.agreement)}


class Asking(Protocol):
    """What a judge is asked through: `bot.chat_model.ChatModel`, or a stand-in. Raises `NoReply`."""

    def reply(self, rules: str, asked: str) -> str: ...


class Judge:
    """Asks a model for judgements, and keeps its replies in a folder."""

    def __init__(self, model: str, chat: Asking, cache: Path, where: str = "") -> None:
        self.model = model
        self._chat = chat
        self._cache = cache
        self._where = where

    def judge(self, item: Item) -> Judgement:
        """The majority of three replies."""
        from bot.chat_model import NoReply

        votes: list[Support] = []
        unread = failed = 0
        for repeat in range(REPEATS):
            try:
                support = read_reply(self._reply(item, repeat))
            except NoReply:
                failed += 1
                continue
            if support is None:
                unread += 1
            else:
                votes.append(support)
        common, count = Counter(votes).most_common(1)[0] if votes else (None, 0)
        return Judgement(common if count * 2 > REPEATS else None, unread, failed)

    def _reply(self, item: Item, repeat: int) -> str:
        fence = f"ข้อมูล-{item.digest[:16]}"
        rules, asked = RULES.fill(fence=fence), _told(item, fence)
        key = hashlib.sha256("\x1e".join((self.model, self._where, rules, asked, str(repeat))).encode()).hexdigest()
        kept = self._cache / f"{key}.json"
        try:
            return str(json.loads(kept.read_text(encoding="utf-8"))["reply"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # never asked, or its file is damaged: ask
        reply = self._chat.reply(rules, asked)
        self._cache.mkdir(parents=True, exist_ok=True)
        runs.write_json(kept, {"model": self.model, "reply": reply})
        return reply


@contextmanager
def open_judge(model: str, settings: "Settings") -> Iterator[Judge]:
    """The judge `provider:name`, reached with CHAT_BASE_URL and CHAT_API_KEY.

    Raises:
        SetError: if the model's name has another form.
    """
    from bot.chat_model import ChatModel

    if not all(model.partition(":")[::2]):
        raise SetError([Problem("--judge", 0, "", f"“{model}” ต้องเป็น ผู้ให้บริการ:ชื่อโมเดล เช่น openai:gpt-4.1-mini")])
    with ChatModel(settings.model_copy(update={"chat_model": model})) as chat:
        yield Judge(model, chat, settings.data_dir / "evals" / REPLIES, settings.chat_base_url)


def read_reply(text: str) -> Support | None:
    """The level a reply names; None where it is anything but the JSON asked for."""
    match = _REPLY.match(text)
    try:
        told = json.loads(match[1]) if match else None
        return Support(told["support"]) if isinstance(told, dict) and set(told) == {"support"} else None
    except ValueError:
        return None


def item_of(item_id: str, question: str, answer: Answer) -> Item:
    return Item(item_id, question, answer_text(answer), tuple(citation.text for citation in cited(answer)))


def items(results: Iterable[Result]) -> dict[str, Item]:
    """What there is to judge in a run: every answer that cites, by case id."""
    return {
        result.case.id: item_of(result.case.id, result.case.question, answer)
        for result in results
        if (answer := result.record.answer) and answer.status in ANSWERED and cited(answer)
    }


def judge_all(judge: Judge, wanted: Sequence[Item], on_item: Callable[[], None] = lambda: None) -> dict[str, Judgement]:
    """The judgement of each item, by the item's digest."""
    found: dict[str, Judgement] = {}
    for item in wanted:
        if item.digest not in found:
            found[item.digest] = judge.judge(item)
        on_item()
    return found


def agreement(labels: Sequence[Label], judgements: Mapping[str, Judgement]) -> Agreement | None:
    """How far judgements agree with labels; None without labels."""
    if not labels:
        return None
    pairs = [
        (label.support, found.support)
        for label in labels
        if (found := judgements.get(label.item.digest)) and found.support is not None
    ]
    same = sum(person == model for person, model in pairs) / len(pairs) if pairs else 0.0
    return Agreement(len(pairs), same, kappa(pairs), len(labels) - len(pairs))


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two raters; None where chance alone would make them agree always."""
    if not pairs:
        return None
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[level] * second[level] for level in first) / n**2
    seen = sum(a == b for a, b in pairs) / n
    return None if chance >= 1.0 else (seen - chance) / (1 - chance)


def write(
    folder: Path,
    model: str,
    results: Iterable[Result],
    judgements: Mapping[str, Judgement],
    agreed: Agreement | None,
) -> None:
    """Keep what the judge said of a run in its folder, so that the report needs no model."""
    cases = {
        case_id: {"item": item.digest, **vars(judgements[item.digest])}
        for case_id, item in items(results).items()
        if item.digest in judgements
    }
    told = {"model": model, "repeats": REPEATS, "cases": cases, "agreement": vars(agreed) if agreed else None}
    runs.write_json(folder / JUDGE, told)


def read(folder: Path, results: Sequence[Result]) -> Judged | None:
    """What a judge said of the run's present answers; None where none was asked. Judgements of other answers are left.

    Raises:
        SetError: when the file is damaged.
    """
    path = folder / JUDGE
    if not path.is_file():
        return None
    try:
        told = json.loads(decoded(path))
        kept = {
            case_id: (
                raw["item"],
                Judgement(Support(raw["support"]) if raw["support"] else None, raw["unread"], raw["failed"]),
            )
            for case_id, raw in told["cases"].items()
        }
        agreed = Agreement(**told["agreement"]) if told["agreement"] else None
        return _judged(str(told["model"]), results, kept, agreed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"ไฟล์ผลของโมเดลผู้ตัดสินเสียหาย ({type(error).__name__}): ลบแล้วสั่ง --judge ใหม่"
        raise SetError([Problem(str(path), 0, "", message)]) from None


def _judged(
    model: str, results: Sequence[Result], kept: Mapping[str, tuple[str, Judgement]], agreed: Agreement | None
) -> Judged:
    sections = {result.case.id: result.section or result.case.id for result in results}
    now = {
        case_id: kept[case_id][1]
        for case_id, item in items(results).items()
        if case_id in kept and kept[case_id][0] == item.digest
    }
    scored = {case_id: WORTH[found.support] for case_id, found in now.items() if found.support is not None}
    values = list(scored.values())
    interval = statistics.mean_interval(values, [sections[case_id] for case_id in scored])
    return Judged(
        model=model,
        support=Figure(
            sum(values) / len(values) if values else None,
            interval.low if interval else None,
            interval.high if interval else None,
            len(values),
        ),
        scored=len(scored),
        unscored=len(now) - len(scored),
        unread=sum(found.unread for found in now.values()),
        failed=sum(found.failed for found in now.values()),
        agreement=agreed,
    )


def write_blank_labels(path: Path, results: Iterable[Result], count: int, seed: int = 1) -> int:
    """Write answers of a run for people to label, `support` left empty; returns how many.

    Raises:
        SetError: if the file is there already.
    """
    found = list(items(results).values())
    drawn = random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311 no secret
    lines = [json.dumps(vars(item) | {"support": ""}, ensure_ascii=False) + "\n" for item in drawn]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.writelines(lines)
    except FileExistsError:
        raise SetError([Problem(str(path), 0, "", "มีไฟล์นี้อยู่แล้ว จึงไม่เขียนทับ: เลือกชื่อใหม่ (exists already)")]) from None
    return len(drawn)


def read_labels(path: Path) -> list[Label]:
    """The labels of a JSONL file with `id`, `question`, `answer`, `passages` and `support` a line; a line whose
    `support` is still empty is no label.

    Raises:
        SetError: with every unusable line.
    """
    if not path.is_file():
        raise SetError([Problem(str(path), 0, "", "ไม่พบไฟล์ป้ายจากคน (no such labels file)")])
    labels: list[Label] = []
    problems: list[Problem] = []
    for number, line in enumerate(decoded(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            item = Item(str(raw["id"]), str(raw["question"]), str(raw["answer"]), tuple(map(str, raw["passages"])))
            if raw["support"]:
                labels.append(Label(item, Support(raw["support"])))
        except (ValueError, KeyError, TypeError) as error:
            message = f"ป้ายนี้ใช้ไม่ได้ ({type(error).__name__}: {error}) support ต้องเป็น full, partial หรือ none"
            problems.append(Problem(path.name, number, "", message))
    if problems:
        raise SetError(problems)
    return labels


def _told(item: Item, fence: str) -> str:
    def fenced(text: str) -> str:
        return f"<<<{fence}\n{text.replace('<<<', '‹‹‹').replace('>>>', '›››')}\n{fence}>>>"

    return "\n\n".join(
        [
            f"คำถาม:\n{fenced(item.question)}",
            f"คำตอบ:\n{fenced(item.answer)}",
            f"ข้อความอ้างอิง:\n{fenced(chr(10).join(item.passages))}",
        ]
    )
