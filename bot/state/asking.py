"""What the database is asked and told around one question or press: one transaction before the answer, one after."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.answer import AnswerStatus
from bot.state import conversations, feedback, inbox, members, people, presses, shown, usage
from bot.state.conversations import ConversationKey, Remembered
from bot.state.feedback import UNANSWERED
from bot.state.inbox import Entry
from bot.state.members import Role
from bot.state.people import Person
from bot.state.shown import ShownAnswer
from bot.state.usage import Usage
from corpus.document import Audience

# Answers that are kept with who asked: for their buttons, and so that /forget finds what else was kept of them.
KEPT = (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL, *UNANSWERED)


@dataclass(frozen=True)
class Arrival:
    """Who has written, as the database knows them."""

    person: Person
    role: Role | None


def arrive(connection: Connection, user_id: int, *, in_private: bool) -> Arrival:
    """Somebody wrote or pressed a button."""
    return Arrival(people.meet(connection, user_id, in_private=in_private), members.role_of(connection, user_id))


@dataclass(frozen=True)
class Before:
    """What a question needs before it is answered."""

    usage: Usage
    remembered: Remembered


def begin(
    connection: Connection, key: ConversationKey, audience: Audience, who: str, entry_id: int | None = None
) -> Before:
    """Count the question, and recall the conversation as far as this audience may be reminded of it.

    `entry_id` is its update, which is counted once, however often it is tried.
    """
    count = 1 if entry_id is None or inbox.count(connection, entry_id) else 0
    return Before(usage.count_question(connection, who, count), conversations.recall(connection, key, audience))


def refuse(connection: Connection, who: str, entry_id: int | None = None) -> None:
    """The question that was begun may not be asked today: it does not count."""
    usage.take_back_question(connection, who)
    if entry_id is not None:
        inbox.take_back(connection, entry_id)


@dataclass(frozen=True)
class Outcome:
    """What became of a question. `is_told_of_tokens`: the person is told that the chat model is used up for today."""

    key: ConversationKey
    who: str
    took_ms: float
    shown: ShownAnswer
    is_told_of_tokens: bool = False


def end(connection: Connection, outcome: Outcome, entry: Entry | None = None, *, keep_unanswered: bool) -> None:
    """The answer is about to be sent: remember it, so that its buttons and the next question find it.

    Raises:
        bot.state.inbox.TakenOverError: when another worker has the question's update by now.
    """
    if entry:
        inbox.hold(connection, entry)
    answer, audience = outcome.shown.answer, outcome.shown.audience
    usage.count_answer(connection, outcome.who, answer, outcome.took_ms)
    if outcome.is_told_of_tokens:
        usage.tokens_told(connection, outcome.who)
    if answer.status is not AnswerStatus.INVALID:
        conversations.remember(connection, outcome.key, answer.question, answer.text, audience)
    if answer.status in KEPT:
        shown.add(connection, outcome.shown)
    if keep_unanswered and answer.status in UNANSWERED:
        feedback.keep(connection, outcome.shown.key, answer)


def forget(connection: Connection, user_id: int, who: str) -> Role | None:
    """Delete all that is kept of a person; the role that went with it, if any."""
    feedback.forget(connection, shown.keys_of(connection, user_id))
    shown.forget(connection, user_id)
    conversations.forget(connection, user_id)
    usage.forget(connection, who)
    inbox.forget(connection, user_id)
    presses.forget(connection, user_id)
    people.forget(connection, user_id)
    role = members.role_of(connection, user_id)
    members.forget(connection, user_id)
    return role
