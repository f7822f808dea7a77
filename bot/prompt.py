"""Prompts: Thai texts in `prompts/`, with `$name` placeholders that are checked when a text is read."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

PROMPTS = Path(__file__).parent.parent / "prompts"


class PromptError(Exception):
    """A prompt cannot be used; the message names the file and what is wrong. Thai first."""


@dataclass(frozen=True)
class Prompt:
    """A prompt's text and the names of its placeholders."""

    name: str
    text: str
    placeholders: frozenset[str]

    def fill(self, **values: str) -> str:
        """The text with every placeholder replaced. Values are put in as they are: a `$` or brace in one is only text.

        Raises:
            PromptError: if `values` are not exactly the placeholders.
        """
        if set(values) != self.placeholders:
            raise PromptError(_mismatch(self.name, self.placeholders, frozenset(values)))
        return Template(self.text).substitute(values)


def read_prompt(name: str, placeholders: frozenset[str], folder: Path = PROMPTS) -> Prompt:
    """The prompt `prompts/<name>.md`, whose placeholders must be exactly `placeholders`.

    Raises:
        PromptError: if the file is missing, empty, has a stray `$`, or has other placeholders.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"อ่านพรอมป์ {path} ไม่ได้ / cannot read the prompt: {type(error).__name__}") from None
    template = Template(text)
    if not text or not template.is_valid():
        raise PromptError(
            f"พรอมป์ {path} ว่างหรือมี $ ที่ไม่ใช่ชื่อ ถ้าต้องการเครื่องหมาย $ ให้เขียน $$ / "
            "the prompt is empty or has a $ that names nothing; write $$ for a dollar sign"
        )
    found = frozenset(template.get_identifiers())
    if found != placeholders:
        raise PromptError(_mismatch(name, found, placeholders))
    return Prompt(name, text, found)


def _mismatch(name: str, in_text: frozenset[str], given: frozenset[str]) -> str:
    def listed(names: frozenset[str]) -> str:
        return ", ".join(f"${n}" for n in sorted(names)) or "-"

    return (
        f"พรอมป์ {name}.md มี {listed(in_text)} แต่โปรแกรมให้ {listed(given)} / "
        "the prompt's placeholders are not those that the program fills; see prompts/README.md"
    )
