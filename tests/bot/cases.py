"""The questions of the evaluation sets, for properties that must hold of every answer."""

import json
from dataclasses import dataclass

from bot.answer import Turn
from tests.conftest import ROOT

SETS = ROOT / "evals" / "sets"


@dataclass(frozen=True)
class Asked:
    """One question of a set, with the chat before it."""

    id: str
    question: str
    history: tuple[Turn, ...]
    status: str


def read_cases(name: str) -> tuple[Asked, ...]:
    lines = (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_asked(json.loads(line)) for line in lines if line.strip())


def _asked(raw: dict[str, object]) -> Asked:
    history = raw["history"]
    assert isinstance(history, list)
    turns = tuple(Turn(turn["role"], turn["content"]) for turn in history)
    return Asked(str(raw["id"]), str(raw["question"]), turns, str(raw["status"]))
