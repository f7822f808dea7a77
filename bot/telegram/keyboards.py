"""The buttons below answers."""

import hashlib
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.answer import AnswerStatus, Citation
from bot.drafts import PlanDraft
from bot.state.feedback import Reason, Vote
from bot.state.shown import ShownAnswer
from bot.telegram import sentences
from bot.telegram.access import Reader
from bot.telegram.callbacks import Action, ButtonData
from bot.telegram.language import Language
from bot.telegram.reception import Reception
from bot.telegram.rendering import is_cluster_border

PASSAGES_A_ROW = 3
# What a phone shows of a button as wide as the chat is some 45 letters; marks above and below take no room.
LONGEST_LABEL = 56
CUT = " … "
MOST_CITATIONS = 24
MARKS = {Vote.UP: "👍", Vote.DOWN: "👎"}
REASONS = tuple(Reason)

Row = list[InlineKeyboardButton]


def draft_key(label: str) -> str:
    """What the button of a draft carries: labels are too long for it."""
    return hashlib.sha256(label.encode()).hexdigest()[:12]


def language_keyboard(reception: Reception, reader: Reader) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [
                _choice(reception, reader, name, Action.LANGUAGE, language)
                for language, name in sentences.LANGUAGE_NAMES.items()
            ]
        ]
    )


def drafts_keyboard(
    reception: Reception, reader: Reader, drafts: Sequence[PlanDraft], chosen: str
) -> InlineKeyboardMarkup:
    """A button for each draft, and one for all of them; the chosen one is marked."""
    choices = [(draft.label, draft_key(draft.label)) for draft in drafts]
    choices.append((sentences.ALL_DRAFTS.label(reader.language), ""))
    return InlineKeyboardMarkup(
        [
            [
                _choice(
                    reception,
                    reader,
                    f"✓ {label}" if key == (chosen and draft_key(chosen)) else label,
                    Action.DRAFT,
                    key,
                )
            ]
            for label, key in choices
        ]
    )


def announcement_keyboard(reception: Reception, reader: Reader, key: str) -> InlineKeyboardMarkup:
    yes, no = sentences.ANNOUNCE_YES.label(reader.language), sentences.ANNOUNCE_NO.label(reader.language)
    return InlineKeyboardMarkup(
        [
            [
                _choice(reception, reader, yes, Action.ANNOUNCE, key, 1),
                _choice(reception, reader, no, Action.ANNOUNCE, key, 0),
            ]
        ]
    )


def stop_keyboard(reception: Reception, reader: Reader, name: str) -> InlineKeyboardMarkup:
    """The button that ends the answer of this name (`bot.telegram.running`)."""
    return InlineKeyboardMarkup(
        [[_choice(reception, reader, sentences.STOP.label(reader.language), Action.STOP, name)]]
    )


def _choice(
    reception: Reception, reader: Reader, label: str, action: Action, key: str, n: int = 0
) -> InlineKeyboardButton:
    data = reception.signer.write(ButtonData(action, key, n), reader.chat_id, reader.user_id)
    return InlineKeyboardButton(label, callback_data=data)


def answer_keyboard(
    reception: Reception, shown: ShownAnswer, language: Language, vote: Vote | None = None, reason: Reason | None = None
) -> InlineKeyboardMarkup:
    """The passages and pages cited, the questions to ask next, and the votes: 👎 is followed by its reasons.

    Where nothing was looked up there is nothing to vote on: a question back to the person has its choices only.
    """

    def button(label: str, action: Action, n: int = 0) -> InlineKeyboardButton:
        data = reception.signer.write(ButtonData(action, shown.key, n), shown.chat_id, shown.user_id)
        return InlineKeyboardButton(label, callback_data=data)

    def of_citation(citation: Citation) -> Row:
        row = [button(f"[{citation.n}] {sentences.SHOW_PASSAGE.label(language)}", Action.PASSAGE, citation.n)]
        if reception.answerer.has_page(citation):
            row.append(button(f"[{citation.n}] {sentences.SHOW_PAGE.label(language)}", Action.PAGE, citation.n))
        return row

    rows = [of_citation(citation) for citation in shown.answer.citations[:MOST_CITATIONS]]
    if all(len(row) == 1 for row in rows):  # without pages, passages share rows
        alone = [row[0] for row in rows]
        rows = [alone[i : i + PASSAGES_A_ROW] for i in range(0, len(alone), PASSAGES_A_ROW)]
    rows += [[button(label_of(question), Action.FOLLOW_UP, n)] for n, question in enumerate(shown.follow_ups)]
    if not is_voted_on(shown.answer.status):
        return InlineKeyboardMarkup(rows)
    labels = dict(MARKS)
    if vote:
        why = f" {sentences.REASONS[reason].label(language)}" if reason else ""
        labels[vote] = sentences.VOTED.label(language, vote=f"{MARKS[vote]}{why}")
    rows.append([button(labels[Vote.UP], Action.UP), button(labels[Vote.DOWN], Action.DOWN)])
    if vote is Vote.DOWN and reason is None:
        reasons = [button(sentences.REASONS[r].label(language), Action.REASON, n) for n, r in enumerate(REASONS)]
        rows += [reasons[:2], reasons[2:]]
    return InlineKeyboardMarkup(rows)


def is_voted_on(status: AnswerStatus) -> bool:
    return status.carries_citations or status is AnswerStatus.NOT_IN_PLAN


def label_of(question: str) -> str:
    """The question as a button shows it. A long one is cut in its middle, at cluster borders: what tells apart two
    questions to choose from may stand at either end."""
    text = " ".join(question.split())
    if len(text) <= LONGEST_LABEL:
        return text
    half = (LONGEST_LABEL - len(CUT)) // 2
    end, start = half, len(text) - half
    while end > 1 and not is_cluster_border(text, end):
        end -= 1
    while start < len(text) - 1 and not is_cluster_border(text, start):
        start += 1
    return f"{text[:end].rstrip()}{CUT}{text[start:].lstrip()}"
