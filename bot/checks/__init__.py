"""Every statement against the passages it cites, before it is sent: deterministic, for both ways of answering.

What is checked, by statement (`Check`): it cites, and only passages that were given; every number, date, year,
percentage, amount of money and section number (`values`), and every name of a person, agency, law, system, place or
high office (`names`), stands in a passage it cites; a value stands with the words it is given to (`pairing`); bounds,
rates, ends of a period, superlatives and directions are those of the passage's figures (`comparisons`); words in
quotation marks are verbatim, and what is told is told in enough words of the passage (`support`); what is denied,
decided or called off is so in the passage (`polarity`); it is told in Thai, as plain text, without links, loops and
what the writer was told to do (`form`). Headings, the lead line of a list and the names of columns count as part of a
passage.

How far "a value stands with its own words" goes. A value that occurs in the cited passage is compared, by weighted
word overlap, with its neighbours: other values of the same sort (money with money, "โครงการ" with "โครงการ", year with
year) in other sentences, items, rows, cells or clauses. The statement fails when a neighbour's surroundings fit
its words clearly better than the value's own, or when it names a strategy, year or date that belongs to a neighbour.
It cannot see a swap where both surroundings use the same words, where the statement uses none of the source's words,
where what is swapped is no value but a word ("X's English name is Y's"), or where the neighbour is not in a cited
passage. Verbs and causes are not understood; names of persons are found by title, by office, or as the one who holds
an office. What the rules catch and let through is measured in docs/answers.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from bot.answer import Statement
from bot.checks.comparisons import changed_bounds, changed_rates, wrong_directions, wrong_ends, wrong_superlatives
from bot.checks.form import echo, language, markup, repetition, wrong_citations
from bot.checks.names import Names, missing_names, names_of
from bot.checks.pairing import wrong_pairs
from bot.checks.polarity import turned_decisions, turned_denials
from bot.checks.results import Check, CheckResult, CitedPassage, StatementChecks
from bot.checks.source import Source, read_source
from bot.checks.support import altered_quotes, too_little_in_common
from bot.checks.values import missing_quantities
from corpus import thai
from corpus.glossary import Glossary

__all__ = ["Check", "CheckResult", "CitedPassage", "StatementChecks", "check_statements"]


def check_statements(
    statements: Sequence[Statement], passages: Sequence[CitedPassage], glossary: Glossary, instructions: str = ""
) -> tuple[StatementChecks, ...]:
    """The checks of each statement of an answer, in order.

    `passages` are those given to the writer of the answer, `instructions` what else it was told, which is not to be
    repeated.
    """
    by_number = {cited.number: cited for cited in passages}
    names = names_of(glossary)
    seen: dict[tuple[str, tuple[int, ...]], int] = {}
    checked = []
    for statement in statements:
        said = (thai.squeeze(statement.text), statement.citations)
        seen[said] = seen.get(said, 0) + 1
        checked.append(_check(statement, by_number, names, thai.squeeze(instructions), repeats=seen[said]))
    return tuple(checked)


def _check(
    statement: Statement, by_number: Mapping[int, CitedPassage], names: Names, instructions: str, repeats: int
) -> StatementChecks:
    text = thai.clean(statement.text)
    cited = tuple(read_source(by_number[n]) for n in dict.fromkeys(statement.citations) if n in by_number)
    results = [
        _result(Check.CITATION, wrong_citations(statement, by_number)),
        _result(Check.MARKUP, markup(text, cited)),
        _result(Check.REPETITION, repetition(text, repeats)),
        _result(Check.LANGUAGE, language(text, cited)),
        _result(Check.ECHO, echo(text, instructions, cited)),
    ]
    if cited:
        results += [
            _result(Check.QUANTITY, missing_quantities(text, cited)),
            _result(Check.PAIRING, wrong_pairs(text, cited, names)),
            _result(Check.NAME, missing_names(text, cited, names)),
            _result(Check.QUOTE, altered_quotes(text, cited)),
            _result(Check.POLARITY, chain(turned_decisions(text, cited), turned_denials(text, cited))),
            _result(Check.COMPARISON, _wrong_comparisons(text, cited)),
            _result(Check.SUPPORT, too_little_in_common(text, cited, names)),
        ]
    return StatementChecks(statement, tuple(results))


def _wrong_comparisons(text: str, cited: Sequence[Source]) -> Iterator[str]:
    for find in (changed_bounds, changed_rates, wrong_ends, wrong_superlatives, wrong_directions):
        yield from find(text, cited)


def _result(check: Check, problems: Iterable[str]) -> CheckResult:
    found = "; ".join(dict.fromkeys(problems))
    return CheckResult(check, not found, found)
