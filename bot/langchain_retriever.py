"""The bot's retrieval as a LangChain retriever, to plug into other chains.

from bot.langchain_retriever import PlanRetriever
documents = PlanRetriever.from_settings().invoke("งบรวมของแผน")
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from bot.library import Library, Shelf, open_shelf
from bot.question import understand
from bot.retriever import retrieve
from bot.settings import read_settings
from corpus.document import Audience
from corpus.index import Hit


class PlanRetriever(BaseRetriever):
    """Passages of the live release, best first, as LangChain documents whose metadata is what a citation shows."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    shelf: Shelf
    k: int = 6
    audience: Audience = Audience.PUBLIC

    @classmethod
    def from_settings(cls, **values: Any) -> "PlanRetriever":
        """Over the release that the settings point to. Raises as `bot.library.Shelf` does."""
        settings = read_settings()
        return cls(shelf=open_shelf(settings), **values)

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it by name
    ) -> list[Document]:
        library = self.shelf.library()
        question = understand(query, library.glossary, library.vocabularies[self.audience])
        return [_as_langchain(library, hit) for hit in retrieve(library, question, self.audience, self.k)]


def _as_langchain(library: Library, hit: Hit) -> Document:
    passage = hit.passage
    document = library.documents[passage.document_id]
    return Document(
        page_content=passage.search_text,
        id=passage.id,
        metadata={
            "passage_id": passage.id,
            "document_id": document.id,
            "title": document.title,
            "draft": document.draft,
            "date": document.date,
            "section": passage.section,
            "page": passage.page_start,
            "score": hit.score,
        },
    )
