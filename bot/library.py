"""The live release, open: what every question is answered from. Takes a new release at the next question."""

import threading
from dataclasses import dataclass
from pathlib import Path

from bot.evidence import Evidence
from corpus import releases
from corpus.document import Document
from corpus.embedder import SHIPPED_MODEL, StaticEmbedder, load_embedder
from corpus.glossary import Glossary, read_glossary
from corpus.index import Index, open_index
from corpus.releases import Release


@dataclass(frozen=True)
class Library:
    """One release, open. A question in flight keeps the one it began with."""

    release: Release
    index: Index
    glossary: Glossary
    evidence: Evidence
    documents: dict[str, Document]


class Shelf:
    """Gives the library of the live release, opening a newly published one when it is first asked for."""

    def __init__(self, data_dir: Path, embedding_model: str = "") -> None:
        self._data_dir = data_dir
        self._embedding_model = embedding_model
        self._lock = threading.Lock()
        self._word_model = StaticEmbedder.load(SHIPPED_MODEL)
        self._library = self._open()

    def library(self) -> Library:
        """The library of the live release.

        Raises:
            ReleaseNotFound, ReleaseUnusable, IndexUnusable: if nothing can be served. A release that cannot be
            opened does not replace one that is open.
        """
        if releases.live_id(self._data_dir) in (self._library.release.id, None):
            return self._library
        with self._lock:
            if releases.live_id(self._data_dir) != self._library.release.id:
                self._library = self._open()
            return self._library

    def _open(self) -> Library:
        directory, release = releases.live_release(self._data_dir)
        if release.embedding_model != self._embedding_model:
            raise releases.ReleaseUnusable(
                f"ดัชนีสร้างด้วยโมเดล {release.embedding_model or '(โมเดลที่มากับโครงการ)'} แต่ตั้งค่า EMBEDDING_MODEL เป็น "
                f"{self._embedding_model or '(ว่าง)'} โปรดสั่ง `{releases.BUILD_COMMAND}` ด้วยค่าเดียวกัน "
                "/ the index was built with another embedding model; build it with the same setting"
            )
        embedder = load_embedder(self._embedding_model)
        if embedder.identity != release.embedder:
            raise releases.ReleaseUnusable(
                f"ดัชนีสร้างด้วยโมเดล {release.embedder} แต่โมเดลที่มีคือ {embedder.identity} โปรดสั่ง "
                f"`{releases.BUILD_COMMAND}` / the index was built with another revision of the model; build it anew"
            )
        index = open_index(directory, embedder, self._word_model)
        documents = {document.id: document for document in release.documents}
        return Library(release, index, read_glossary(), Evidence(index, self._word_model), documents)
