"""The bot's retrieval in a LangChain chain: the same passages in the same order, with what a citation shows."""

from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from bot import question as questions
from bot.langchain_retriever import PlanRetriever
from bot.library import Shelf
from bot.retriever import retrieve
from corpus.document import Audience
from corpus.releases import ReleaseNotFound
from ingest.build import BuildReport
from tests.bot.more_documents import SECRET_NAME, SECRET_SUM

QUESTION = "งบประมาณรวมของแผน 63-65 เท่าไร"


def test_gives_what_the_bot_finds(shelf: Shelf) -> None:
    library = shelf.library()
    asked = questions.understand(QUESTION, library.glossary, library.vocabularies[Audience.PUBLIC])
    hits = retrieve(library, asked, Audience.PUBLIC, k=4)
    documents = PlanRetriever(shelf=shelf, k=4).invoke(QUESTION)
    assert [document.id for document in documents] == [hit.passage.id for hit in hits]
    first, best = documents[0], hits[0]
    source = library.documents[best.passage.document_id]
    assert first.page_content == best.passage.search_text
    assert first.metadata == {
        "passage_id": best.passage.id,
        "document_id": source.id,
        "title": source.title,
        "draft": source.draft,
        "date": source.date,
        "section": best.passage.section,
        "page": best.passage.page_start,
        "score": best.score,
    }


def _titles(documents: list[Document]) -> list[str]:
    return [document.metadata["title"] for document in documents]


async def test_works_in_a_chain_and_without_waiting(shelf: Shelf) -> None:
    chain = PlanRetriever(shelf=shelf, k=2) | RunnableLambda(_titles)
    assert await chain.ainvoke(QUESTION) == chain.invoke(QUESTION)
    assert len(chain.invoke(QUESTION)) == 2


def test_finds_only_what_its_audience_may_read(more_shelf: Shelf) -> None:
    question = f"วงเงินสำรองของโครงการ{SECRET_NAME}"
    everyone = PlanRetriever(shelf=more_shelf, k=50).invoke(question)
    insiders = PlanRetriever(shelf=more_shelf, k=50, audience=Audience.INTERNAL).invoke(question)
    assert not any(SECRET_SUM in document.page_content for document in everyone)
    assert SECRET_SUM in insiders[0].page_content


def test_reads_the_settings(
    real_data: tuple[Path, BuildReport], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(real_data[0]))
    assert len(PlanRetriever.from_settings(k=1).invoke(QUESTION)) == 1
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(ReleaseNotFound):
        PlanRetriever.from_settings()
