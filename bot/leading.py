"""The value that was asked for, told by itself before the statement that proves it.

An officer in a hurry reads "6,504.69 ล้านบาท" first and the sentence after it. The value is cut out of the statement
letter for letter, and only where the statement holds one value of the kind that was asked for; else nothing leads.
"""

import re

from bot.question import Question
from bot.wording import Intent
from corpus import quantities
from corpus.quantities import Bound, Kind, Quantity

WORTH_LEADING = 90  # characters of a statement from which its value is told first
LARGEST = 0.5  # share of the statement that a value may be: one that is most of it would be said twice

_KIND_OF = {
    Intent.MONEY: (Kind.MONEY,),
    Intent.PERCENT: (Kind.PERCENT,),
    Intent.DATE: (Kind.DATE,),
    Intent.COUNT: (Kind.NUMBER,),
}
_NAMED = frozenset({Intent.PERSON, Intent.PLACE})
_MANY = frozenset({Intent.LIST, Intent.COMPARISON, Intent.YES_NO, Intent.REASON, Intent.DEFINITION})
_IS = re.compile(r"\s*คือ\s*")


def lead(question: Question, statement: str) -> str:
    """The one value in the statement that the question asks for, "" where that is not certain or leads nowhere."""
    asked = question.intents & (set(_KIND_OF) | _NAMED)
    if len(statement) < WORTH_LEADING or len(asked) != 1 or question.intents & _MANY or len(question.counts) > 1:
        return ""
    (intent,) = asked
    value = _named(statement) if intent in _NAMED else _measured(question, intent, statement)
    return value if len(value) <= LARGEST * len(statement) else ""


def _measured(question: Question, intent: Intent, statement: str) -> str:
    given = quantities.quantities(question.text)
    values = [
        q
        for q in quantities.quantities(statement)
        if q.kind in _KIND_OF[intent]
        and _is_of(question, intent, q)
        and not any(quantities.stands_for(known, q) for known in given if known.kind is q.kind)
    ]
    # "กว่า 45 บริการ" is not "45 บริการ"; and what is measured in a row's column name would be told without its unit.
    told = values[0].text.strip() if len(values) == 1 and values[0].bound is Bound.EXACT else ""
    return "" if told.replace(",", "").replace(".", "").isdigit() else told


def _is_of(question: Question, intent: Intent, value: Quantity) -> bool:
    """Whether a number is of the thing that is counted."""
    return intent is not Intent.COUNT or question.counted in quantities.unit_words(value.unit)


def _named(statement: str) -> str:
    """What stands after the only "คือ" of a statement."""
    sides = _IS.split(statement)
    return sides[1].strip() if len(sides) == 2 else ""
