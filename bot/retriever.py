"""Question → hits, best first, from what this reader may see; and what each document is worth for this question."""

from collections.abc import Callable, Collection, Iterable

from bot import wording
from bot.drafts import names_plan
from bot.library import Library
from bot.question import Question
from bot.reranking import RERANKED
from bot.wording import Intent
from corpus.document import Audience
from corpus.index import Hit, Query

PASSAGES_READ = 12

# What a document's passages are worth against those of the plan that is asked about.
OTHER_PLAN_NAMED = 0.75  # another plan is named in the question
OTHER_PLAN = 0.82  # no plan is named, and this one is not the default plan
NO_PLAN = 0.97  # laws, agencies, services


def retrieve(
    library: Library,
    question: Question,
    audience: Audience,
    k: int = PASSAGES_READ,
    within: Collection[str] | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> list[Hit]:
    """The passages that come nearest to the question, of those that this audience may read.

    `within` narrows the search to some of these documents, of one draft, say. With a reranker, the best of them are
    put into its order; `note` is told if it could not.
    """
    documents = library.readable(audience) if within is None else within
    wanted = k if library.reranking is None else max(k, RERANKED)
    hits = library.index.search(Query(_for_search(question), question.names), wanted, documents)
    if library.reranking is not None:
        hits, trouble = library.reranking.reorder(question.text, hits)
        if trouble:
            note(trouble)
    return hits[:k]


def _for_search(question: Question) -> str:
    """The question's text; of one for a list, what it lists and the word that introduces lists.

    "มีอะไรบ้าง" and "คืออะไร" stand in headings that name other things.
    """
    if Intent.LIST not in question.intents:
        return question.text
    return f"{wording.without_question_words(question.text)} ดังนี้"


def document_worth(library: Library, question: Question, documents: Iterable[str]) -> dict[str, float]:
    """What the passages of each of these documents are worth here: most those of the plan named, else of the first."""
    plans = library.release.plans
    named = [plan for plan, about in plans.items() if names_plan(question.text, about["title"])]
    wanted = named or list(plans)[:1]
    other = OTHER_PLAN_NAMED if named else OTHER_PLAN
    plan_of = {document_id: library.documents[document_id].plan for document_id in documents}
    return {
        document_id: 1.0 if plan in wanted else other if plan in plans else NO_PLAN
        for document_id, plan in plan_of.items()
    }
