"""Personal numbers in updates, masked before an update is kept or logged, let alone answered.

Texts and captions are masked wherever they stand in the update, also in the message that is replied to, and the
entities of a text move along with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.personal import PersonalNumber, find_personal
from bot.telegram.rendering import units

Json = dict[str, Any]
TEXTS = {"text": "entities", "caption": "caption_entities"}


def masked_update(update: Json) -> Json:
    """The update with its personal numbers masked; the same one if it holds none."""
    return {name: _masked(value) for name, value in update.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    inner = {name: _masked(each) for name, each in value.items()}
    for name, entities in TEXTS.items():
        text = inner.get(name)
        if isinstance(text, str) and (numbers := find_personal(text)):
            inner |= _text_masked(text, inner.get(entities), numbers, name, entities)
    return inner


def _text_masked(text: str, entities: Any, numbers: Sequence[PersonalNumber], name: str, entities_name: str) -> Json:
    """The text and its entities; those that touch a masked number are dropped, such as a link to an e-mail address."""
    kept = [dict(e) for e in entities if _has_place(e)] if isinstance(entities, list) else []
    for number in reversed(numbers):
        start, end = units(text[: number.start]), units(text[: number.end])
        kept = [e for e in kept if e["offset"] + e["length"] <= start or e["offset"] >= end]
        shift = units(number.mask) - (end - start)
        kept = [e | {"offset": e["offset"] + shift} if e["offset"] >= end else e for e in kept]
        text = text[: number.start] + number.mask + text[number.end :]
    return {name: text} | ({entities_name: kept} if entities is not None else {})


def _has_place(entity: object) -> bool:
    return isinstance(entity, Mapping) and all(isinstance(entity.get(name), int) for name in ("offset", "length"))
