"""An answer made of what was found: its statements checked and cited, or why there is none."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import changes, leading, sentences, wording
from bot.answer import Answer, AnswerStatus, FoundPassage, Statement, Trace
from bot.asking import Asking
from bot.checks import Check, CitedPassage, check_statements
from bot.citing import Said, about, marked, numbered, quotes
from bot.finding import Finder, Found, Verdict
from bot.rivals import from_the_plan, rivals
from bot.wording import Refusal
from corpus import thai

NEAREST_NAMED = 3
CERTAIN = 0.87  # the confidence from which the value asked for is told by itself before its statement
MOST_CONFLICTS = 2  # points told one by one on which another draft says something else
ABOUT_AS_NEAR = 0.8  # of the best passage's score in the search, from which another plan's passage answers, too
ANOTHER_SUBJECT = 0.25  # share of a question's weight below which the corpus has nothing to do with it

_TOLD_FIRST = {Verdict.CONFIRMED: sentences.CONFIRMED, Verdict.CORRECTED: sentences.CORRECTED}


class Composer:
    """Composes the answer to one message."""

    def __init__(self, asking: Asking, finder: Finder) -> None:
        self._asking = asking
        self._finder = finder

    def answered(self, found: Found) -> Answer:
        """The draft as an answer, each statement checked against the passage it was taken from."""
        said = [Said(f"{t.marker} {t.text}".strip(), (t.passage,), (t.quote,)) for t in found.draft.told]
        beside = [hit.passage for hit in found.hits]
        said = [from_the_plan(each, beside, self._asking.drafts_seen) for each in said]
        if found.view.draft is None:
            said = [self._as_newest_has_it(each) for each in said]
        lead = leading.lead(found.question, said[0].text) if found.confidence >= CERTAIN else ""
        return self.said(found, said, lead=lead)

    def said(self, found: Found, said: Sequence[Said], written_by: str = "extractive", lead: str = "") -> Answer:
        """Statements as an answer, with citations numbered as they are first needed; a refusal if none is sound.

        `lead` is the value that the first of them gives, told by itself before it.
        """
        said = self._sound(said)
        if not said:
            return self.declined(found)
        asked_for = found.view.draft
        is_open = not asked_for or asked_for.label == self._asking.draft
        asides, left = self._conflicts(said, found) if is_open else ((), 0)
        statements, citations = numbered(self._asking.library, [*said, *asides])
        cited = [p.document_id for s in said for p in s.passages]
        main = statements[: len(said)]
        lines = [sentences.read_as(found.question.read_as)] if found.question.read_as else []
        lines += [_TOLD_FIRST[found.verdict]] if found.verdict in _TOLD_FIRST else []
        lines += [sentences.as_of(asked_for.label)] if asked_for and set(cited) & set(asked_for.documents) else []
        lines += [f"{lead} [{main[0].citations[0]}]"] if lead and lead in main[0].text else []
        lines += marked(main, len({n for statement in main for n in statement.citations}))
        lines += [sentences.differing(s.text, s.citations[0]) for s in statements[len(said) :]]
        lines += [sentences.more_conflicts(left)] if left else []
        lines += [sentences.partial(found.missing)] if found.partial else []
        lines += [] if asked_for else self._asking.drafts_seen.notes_on_older(cited)
        answered, other = self._plans_open(found, cited)
        lines += [sentences.other_plan(answered, other)] if other else []
        self._asking.clock.lap("check")
        return Answer(
            question=self._asking.question,
            status=AnswerStatus.PARTIAL if found.partial else AnswerStatus.ANSWERED,
            text="\n".join(lines),
            statements=statements,
            citations=citations,
            timings_ms=self._asking.clock.laps,
            release=self._asking.library.release.id,
            written_by=written_by,
            confidence=round(found.confidence, 3),
            notes=tuple(self._asking.notes),
            tokens=self._asking.tokens,
            cost=self._asking.cost,
            checks=tuple(self._asking.checked),
            suggestions=(f"{self._asking.question} แผน {other}",) if other else (),
            trace=self._trace(found),
        )

    def asked_back(self, answer: Answer, choices: Sequence[str]) -> Answer:
        """An answer that asks what is meant, with questions to choose from."""
        return replace(answer, text=sentences.choose(choices), suggestions=tuple(choices)) if choices else answer

    def declined(self, found: Found) -> Answer:
        """Why the question is not answered, with what comes near."""
        if wording.is_instruction(self._asking.question):
            return self.told(AnswerStatus.OUT_OF_SCOPE, sentences.REFUSALS[Refusal.INSTRUCTION])
        if wording.is_opinion(self._asking.question):
            return self.told(AnswerStatus.OUT_OF_SCOPE, sentences.REFUSALS[Refusal.OPINION])
        if found.unclear:
            return self.told(AnswerStatus.CLARIFY, sentences.UNCLEAR)
        if thai.thai_share(found.question.text) == 0 and not found.question.names:
            return self.told(AnswerStatus.INVALID, sentences.REFUSALS[Refusal.NOT_THAI])
        if not found.view.draft and found.draft.features.get("coverage", 0.0) < ANOTHER_SUBJECT:
            return self.told(AnswerStatus.OUT_OF_SCOPE, sentences.OTHER_SUBJECT)
        titles = [self._asking.library.documents[hit.passage.document_id].title for hit in found.hits]
        nearest = tuple(dict.fromkeys(titles))[:NEAREST_NAMED]
        draft = found.view.draft
        text = sentences.not_in_plan(nearest, found.draft.absent, draft.label if draft else "")
        if draft and (others := self._finder.told_by_other_drafts(found)):
            text = f"{text}\n{sentences.other_drafts(others)}"
        return replace(
            self.told(AnswerStatus.NOT_IN_PLAN, text), nearest=nearest, confidence=round(found.confidence, 3)
        )

    def changes(self, *, loosely: bool = False) -> Answer | None:
        """What changed between two drafts, if that is asked and their texts can be compared.

        `loosely` tells of a change wherever some word of the question is of one.
        """
        asked = changes.asked_about(
            self._asking.question, self._asking.history, self._asking.drafts_seen, loosely=loosely
        )
        report = changes.report(asked, self._asking.library, self._asking.audience) if asked else None
        if report is None:
            return None
        self._asking.clock.lap("compare")
        if not report.pieces:
            return replace(self.told(AnswerStatus.NOT_IN_PLAN, report.opening), nearest=self._titles_of_drafts())
        said = self._sound([Said(f"{p.label} {p.text}", p.passages, quotes(p.text, p.passages)) for p in report.pieces])
        statements, citations = numbered(self._asking.library, said)
        lines = [report.opening, *marked(statements, len(citations)), *([report.closing] if report.closing else [])]
        answer = replace(self.told(AnswerStatus.ANSWERED, "\n".join(lines)), statements=statements, citations=citations)
        return replace(answer, confidence=round(report.confidence, 3)) if said else None

    def no_such_draft(self, named: str) -> Answer:
        """Declining a question as of a draft that is not there."""
        text = sentences.no_such_draft(named, [draft.label for draft in self._asking.drafts_seen.all])
        return replace(self.told(AnswerStatus.NOT_IN_PLAN, text), nearest=self._titles_of_drafts())

    def told(self, status: AnswerStatus, text: str) -> Answer:
        """An answer without citations."""
        return Answer(
            question=self._asking.question,
            status=status,
            text=text,
            timings_ms=self._asking.clock.laps,
            release=self._asking.library.release.id,
            notes=tuple(self._asking.notes),
            tokens=self._asking.tokens,
            cost=self._asking.cost,
            checks=tuple(self._asking.checked),
        )

    def preview(self, said: Sequence[Said]) -> str:
        """The text of statements that are checked but not yet a whole answer."""
        statements, citations = numbered(self._asking.library, said)
        return "\n".join(marked(statements, len(citations)))

    def _as_newest_has_it(self, said: Said) -> Said:
        """What the newest draft has in the place of a statement from an older one; the statement if it has none."""
        told = changes.conflicts(said.text, said.passages[0], self._asking.library, self._asking.audience)
        newest = next(((text, there) for draft, text, there in told if draft.is_newest), None)
        return Said(newest[0], (newest[1],), quotes(newest[0], (newest[1],))) if newest else said

    def _conflicts(self, said: Sequence[Said], answer: Found) -> tuple[tuple[Said, ...], int]:
        """What other drafts and papers say on the same points, and how many more such points there are."""
        found: dict[tuple[str, str], Said] = {}
        for each in said:
            for rival in rivals(each, [hit.passage for hit in answer.hits]):
                source = self._asking.library.documents[rival.passage.document_id]
                told = f"{sentences.says_otherwise(sentences.dated(source))} {rival.unit.text}"
                found.setdefault((source.id, rival.unit.text), Said(told, (rival.passage,), (rival.unit.text,)))
        for each in said:
            for other, text, there in changes.conflicts(
                each.text, each.passages[0], self._asking.library, self._asking.audience
            ):
                told = f"{sentences.says_otherwise(other.label)} {text}"
                found.setdefault((other.label, text), Said(told, (there,), quotes(text, (there,))))
        asides = list(found.values())
        return self._sound(asides[:MOST_CONFLICTS]), max(0, len(asides) - MOST_CONFLICTS)

    def _plans_open(self, found: Found, cited: Sequence[str]) -> tuple[str, str]:
        """The years of the plan that is answered, and of another one that was found as well; "" where none is open."""
        plans = self._asking.library.release.plans
        told = {self._asking.library.documents[document].plan for document in cited} & set(plans)
        if (
            len(told) != 1
            or self._asking.history
            or found.view.draft
            or not wording.leaves_plan_open(self._asking.question)
        ):
            return "", ""
        least = ABOUT_AS_NEAR * found.hits[0].score
        near = [
            self._asking.library.documents[hit.passage.document_id].plan for hit in found.hits if hit.score >= least
        ]
        others = [plan for plan in near if plan in plans and plan not in told]
        if not others:
            return "", ""
        answered, other = (_years(plans[plan]["title"]) for plan in (told.pop(), others[0]))
        text = "\n".join(statement.text for statement in found.draft.told)
        return (answered, other) if answered in text and other not in text else ("", "")

    def _titles_of_drafts(self) -> tuple[str, ...]:
        return tuple(self._asking.library.documents[draft.documents[0]].title for draft in self._asking.drafts_seen.all)

    def _trace(self, found: Found) -> Trace:
        hits = tuple(
            FoundPassage(
                passage_id=hit.passage.id,
                title=self._asking.library.documents[hit.passage.document_id].title,
                section=hit.passage.section,
                score=round(hit.score, 3),
                text=hit.passage.body,
            )
            for hit in found.hits
        )
        return Trace(found.question.text, hits, tuple(self._asking.checked))

    def _sound(self, said: Sequence[Said]) -> tuple[Said, ...]:
        """The statements whose numbers and citations stand in their passages; what fails is left out and noted.

        A model's statements have passed all checks before they come here; the documents' own sentences fail these
        two only by a fault of ours.
        """
        passages = {passage.id: passage for each in said for passage in each.passages}
        number = {passage_id: n for n, passage_id in enumerate(passages, start=1)}
        statements = [Statement(each.text, tuple(number[p.id] for p in each.passages)) for each in said]
        cited = [CitedPassage(number[p.id], p, about(self._asking.library, p)) for p in passages.values()]
        sound = []
        found = check_statements(statements, cited, self._asking.library.glossary)
        self._asking.looked_at(found)
        for each, checked in zip(said, found, strict=True):
            wrong = [result for result in checked.failures if result.check in (Check.CITATION, Check.QUANTITY)]
            if wrong:
                self._asking.notes.append(f"left out by {wrong[0].check}: {checked.statement.text}")
            else:
                sound.append(each)
        return tuple(sound)


def _years(plan_title: str) -> str:
    """The part of a plan's title that tells it from other plans: its years, or all of it."""
    years = re.search(r"(?:พ\.ศ\.\s*)?\d{4}\s*-\s*\d{4}", plan_title)
    return years[0] if years else plan_title
