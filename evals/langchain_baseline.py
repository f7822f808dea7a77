"""What people build from LangChain's documentation, as a system to measure ours against.

Its recursive splitter, Chroma over the splits, a BM25 retriever at its defaults, and both in an ensemble of equal
weights. The vectors are the bot's own embedder's, so that what is compared is everything around them. Its packages
come with the `benchmark` extra; one of them is no longer developed, which it says itself.
"""

import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from corpus.document import Passage
from corpus.embedder import Embedder

SPLIT, OVERLAP = 1_000, 200  # characters, as in the tutorials
FOUND = 10  # of each retriever; the default of 4 could not fill a ranking of ten


def is_installed() -> bool:
    """Whether the packages of the `benchmark` extra are here."""
    return all(
        find_spec(name) for name in ("langchain_classic", "langchain_community", "langchain_chroma", "rank_bm25")
    )


def ensemble(passages: Sequence[Passage], embedder: Embedder) -> Callable[[str], list[str]]:
    """A search over the passages: question → passage ids, best first, each once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from langchain_chroma import Chroma
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Shared(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.embed_passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            return [float(x) for x in embedder.embed_queries([text])[0]]

    documents = [Document(page_content=p.search_text, metadata={"id": p.id}) for p in passages]
    splits = RecursiveCharacterTextSplitter(chunk_size=SPLIT, chunk_overlap=OVERLAP).split_documents(documents)
    lexical = BM25Retriever.from_documents(splits, k=FOUND)
    dense = Chroma.from_documents(splits, Shared()).as_retriever(search_kwargs={"k": FOUND})
    retriever = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])

    def search(text: str) -> list[str]:
        return list(dict.fromkeys(str(found.metadata["id"]) for found in retriever.invoke(text)))

    return search
