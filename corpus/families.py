"""What the models of known families were trained with, for models whose own files do not say it.

From the models' own cards. A model that was trained with prompts and gets none finds clearly less.
"""

# (part of the name in lower case, query prompt, passage prompt), the first that fits.
_INSTRUCTED = "Instruct: Given a question, retrieve passages that answer it\nQuery: "
_FAMILIES = (
    ("e5-mistral", _INSTRUCTED, ""),
    ("multilingual-e5-large-instruct", _INSTRUCTED, ""),
    ("e5", "query: ", "passage: "),
    ("qwen3-embedding", _INSTRUCTED.rstrip(" "), ""),
    ("gte-qwen", _INSTRUCTED, ""),
    ("bge-m3", "", ""),
    ("gte", "", ""),
    ("bge-multilingual-gemma2", "<instruct>Given a question, retrieve passages that answer it\n<query>", ""),
    ("bge-large-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-base-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-small-en", "Represent this sentence for searching relevant passages: ", ""),
    ("nomic-embed", "search_query: ", "search_document: "),
    ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    ("arctic-embed", "query: ", ""),
    ("jina-embeddings-v3", "", ""),
    ("mxbai-embed", "Represent this sentence for searching relevant passages: ", ""),
)


def prompts_of_family(name: str) -> tuple[str, str]:
    """The query and the passage prompt of a model by its name, path or `provider:name`; empty where none is known."""
    last = name.replace(":", "/").rstrip("/").rsplit("/", 1)[-1].lower()
    return next(((query, passage) for part, query, passage in _FAMILIES if part in last), ("", ""))
