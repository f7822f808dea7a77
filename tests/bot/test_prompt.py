"""Prompts: their placeholders are those that the code fills and that the README explains."""

import re
from pathlib import Path

import pytest

from bot.briefing import PLACEHOLDERS
from bot.prompt import PROMPTS, PromptError, read_prompt


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
def test_the_placeholders_of_each_prompt_are_those_that_the_code_fills(name: str) -> None:
    assert read_prompt(name, PLACEHOLDERS[name]).placeholders == PLACEHOLDERS[name]


def test_the_readme_tells_of_every_prompt_and_of_every_placeholder() -> None:
    readme = (PROMPTS / "README.md").read_text(encoding="utf-8")
    rows = {
        name: set(re.findall(r"`\$(\w+)`", rest)) for name, rest in re.findall(r"^\| `(\w+)\.md` \|(.+)$", readme, re.M)
    }
    for name, placeholders in PLACEHOLDERS.items():
        assert rows.get(name) == set(placeholders)
    explained = set(re.findall(r"^\| `\$(\w+)` \|", readme, re.M))
    assert set().union(*PLACEHOLDERS.values()) <= explained


def test_values_are_put_in_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("ราคา $$5 ของ $thing", encoding="utf-8")
    prompt = read_prompt("x", frozenset({"thing"}), tmp_path)
    assert prompt.fill(thing="$fence ${a} {b} %s") == "ราคา $5 ของ $fence ${a} {b} %s"


@pytest.mark.parametrize(
    ("text", "words"), [("", "ว่าง"), ("ราคา $ 5", "$$"), ("ของ $thing และ $other", r"$other"), ("ไม่มีชื่อ", "$thing")]
)
def test_a_prompt_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError) as error:
        read_prompt("x", frozenset({"thing"}), tmp_path)
    assert words in str(error.value)


def test_a_missing_prompt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"x\.md"):
        read_prompt("x", frozenset(), tmp_path)


def test_values_must_be_exactly_the_placeholders(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("ของ $thing", encoding="utf-8")
    with pytest.raises(PromptError):
        read_prompt("x", frozenset({"thing"}), tmp_path).fill(thing="ก", other="ข")
