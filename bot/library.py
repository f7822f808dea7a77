"""The live release, open: what every question is answered from. Takes a new release at the next question."""

import logging
import os
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.drafts import Drafts
from bot.evidence import Evidence
from bot.reranking import Reranking
from bot.revisions import Revisions
from bot.settings import Settings
from corpus import releases, soundness, thai
from corpus.answer_model import AnswerModel
from corpus.document import Audience, Document
from corpus.drafts import DRAFTS, DraftChanges, read_drafts
from corpus.embedder import SHIPPED_MODEL, StaticEmbedder, load_embedder
from corpus.glossary import Glossary, GlossaryError, read_glossary
from corpus.hub import ModelNotFound
from corpus.index import Index, IndexUnusable, Vocabulary, open_index
from corpus.near_words import NearWords
from corpus.releases import Hold, Release, ReleaseNotFound, ReleaseUnusable
from corpus.remote import EmbeddingServer
from corpus.reranker import Reranker
from corpus.sentence_encoder import SentenceEncoder
from corpus.store import StoreUnavailable
from corpus.unit_vectors import UNITS, open_unit_vectors
from corpus.vectors import multiply_in_one_thread

log = logging.getLogger(__name__)
CANNOT_SERVE = (ReleaseUnusable, IndexUnusable, ModelNotFound, GlossaryError, StoreUnavailable)

HANDLES_OF_A_RELEASE = 64  # more than opening one takes


@dataclass(frozen=True)
class Library:
    """One release, open. A question in flight keeps the one it began with.

    `vocabularies` are the words of what each audience may read: towards others no misspelling is put right, or it would
    tell what stands in documents that the person may not see. `drafts` are those that each audience may read,
    `revisions` what changed between them. `hold` keeps the release from being pruned.
    """

    release: Release
    index: Index
    glossary: Glossary
    evidence: Evidence
    documents: dict[str, Document]
    vocabularies: dict[Audience, Vocabulary]
    drafts: dict[Audience, Drafts]
    revisions: Revisions
    audiences: dict[Audience, Collection[str] | None]
    hold: Hold = field(repr=False, compare=False)
    reranking: Reranking | None = None

    def readable(self, audience: Audience) -> Collection[str] | None:
        """The documents an audience may read; None where it may read all, which is searched faster."""
        return self.audiences[audience]


def open_shelf(settings: Settings) -> "Shelf":
    """The shelf over the settings' releases, with their models. Raises as `Shelf` does, and ModelNotFound."""
    reranking = None
    if settings.reranker_model:
        reranking = Reranking(Reranker.load(settings.reranker_model), settings.reranker_budget_ms / 1000)
    return Shelf(
        settings.data_dir,
        settings.embedding_model,
        settings.embedding_server,
        reranking,
        settings.chroma_url.get_secret_value(),
    )


class Shelf:
    """Gives the library of the live release, opening a newly published one when it is first asked for."""

    def __init__(
        self,
        data_dir: Path,
        embedding_model: str = "",
        server: EmbeddingServer | None = None,
        reranking: Reranking | None = None,
        chroma_url: str | None = None,
    ) -> None:
        self._chroma_url = chroma_url
        self._data_dir = data_dir
        self._embedding_model = embedding_model
        self._server = server
        self._reranking = reranking
        self._lock = threading.Lock()
        multiply_in_one_thread()
        self._word_model = StaticEmbedder.load(SHIPPED_MODEL)
        self._near_words = NearWords.load()
        self._encoder = SentenceEncoder()
        self._answer_model = AnswerModel()
        self._refused: str | None = None  # a release that could not be opened
        self._library = self._open_first()

    def library(self) -> Library:
        """The library of the live release; of the one before, as long as a new one cannot be opened."""
        if self._live_id() in (self._library.release.id, self._refused, None):
            return self._library
        with self._lock:
            live = self._live_id()
            if live not in (self._library.release.id, self._refused, None):
                self._take(live)
            return self._library

    @property
    def is_behind(self) -> bool:
        """Whether at the last question the live release could not be served, and an earlier one was in its place."""
        return self._refused is not None

    def directory(self, library: Library) -> Path:
        """Where the release of an open library lies."""
        return releases.releases_dir(self._data_dir) / library.release.id

    def _live_id(self) -> str | None:
        try:
            return releases.live_id(self._data_dir)
        except ReleaseUnusable as error:
            log.error("%s; release %s stays in use", error, self._library.release.id)
            return None

    def _take(self, live: str | None) -> None:
        """Open a new release, or note that it cannot be opened, once."""
        if _out_of_handles():
            log.error("release %s waits, %s stays in use: too many open files", live, self._library.release.id)
            return
        try:
            self._library = self._open(*releases.live_release(self._data_dir))
            self._refused = None
            log.info("release %s is in use", self._library.release.id)
        except (StoreUnavailable, OSError) as error:  # out of file handles, say: it may go well at the next question
            log.error("release %s cannot be opened now, %s stays in use: %s", live, self._library.release.id, error)
        except (ReleaseNotFound, *CANNOT_SERVE) as error:
            self._refused = live
            log.error("release %s cannot be opened, %s stays in use: %s", live, self._library.release.id, error)

    def _open_first(self) -> Library:
        """The live release, or the latest that was live before it where the live one cannot be served.

        Raises:
            ReleaseNotFound, ReleaseUnusable, IndexUnusable, ModelNotFound, GlossaryError, StoreUnavailable: none can be
                served.
        """
        try:
            return self._open(*releases.live_release(self._data_dir))
        except CANNOT_SERVE as error:
            pointer = releases.read_pointer(self._data_dir)
            for name in pointer.earlier:
                with suppress(*CANNOT_SERVE):
                    directory = releases.releases_dir(self._data_dir) / name
                    library = self._open(directory, releases.read_release(directory))
                    log.error("release %s cannot be opened, %s serves in its place: %s", pointer.live, name, error)
                    self._refused = None if isinstance(error, StoreUnavailable) else pointer.live
                    return library
            raise

    def _open(self, directory: Path, release: Release) -> Library:
        """A release, opened, once its files are known to be what was built.

        Raises:
            ReleaseUnusable, IndexUnusable, ModelNotFound, GlossaryError, StoreUnavailable: it cannot be served.
        """
        if release.embedding_model != self._embedding_model:
            raise releases.ReleaseUnusable(
                f"ดัชนีสร้างด้วยโมเดล {release.embedding_model or '(โมเดลที่มากับโครงการ)'} แต่ตั้งค่า EMBEDDING_MODEL เป็น "
                f"{self._embedding_model or '(ว่าง)'} โปรดสั่ง `{releases.BUILD_COMMAND}` ด้วยค่าเดียวกัน "
                "/ the index was built with another embedding model; build it with the same setting"
            )
        embedder = load_embedder(self._embedding_model, self._server)
        if embedder.identity != release.embedder:
            raise releases.ReleaseUnusable(
                f"ดัชนีสร้างด้วยโมเดล {release.embedder} แต่โมเดลที่มีคือ {embedder.identity} โปรดสั่ง "
                f"`{releases.BUILD_COMMAND}` / the index was built with another revision of the model; build it anew"
            )
        hold = releases.Hold(directory)
        soundness.check(directory, release)
        index = open_index(directory, embedder, self._word_model, self._chroma_url)
        # A release that was made to measure the search alone has none; that no other lacks them, soundness has checked.
        is_read = (directory / UNITS).exists()
        meanings = open_unit_vectors(directory, index.passages, self._encoder) if is_read else None
        audiences = {audience: _readable(release, audience) for audience in Audience}
        return Library(
            hold=hold,
            release=release,
            index=index,
            glossary=_glossary(release),
            evidence=Evidence(index, self._word_model, self._near_words, meanings, self._answer_model),
            documents={document.id: document for document in release.documents},
            vocabularies={audience: _vocabulary(index, readable) for audience, readable in audiences.items()},
            drafts={audience: Drafts(release, readable) for audience, readable in audiences.items()},
            revisions=Revisions(_kept_changes(directory, index), release.documents, index.passages),
            audiences=audiences,
            reranking=self._reranking,
        )


def _out_of_handles() -> bool:
    """Whether this process may hardly open a file more: any release would seem damaged, and Chroma panics."""
    handles: list[int] = []
    try:
        handles.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(HANDLES_OF_A_RELEASE))
    except OSError:
        return True
    finally:
        for handle in handles:
            os.close(handle)
    return False


def _kept_changes(directory: Path, index: Index) -> tuple[DraftChanges, ...]:
    """The changes between drafts that a release keeps. Raises ReleaseUnusable if they are damaged."""
    try:
        return read_drafts(directory, index.passage)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseUnusable(
            f"รุ่นข้อมูล {directory.name} เสียหาย: อ่าน {DRAFTS} ไม่ได้ ({error}) โปรดสั่ง `{releases.BUILD_COMMAND} --force` "
            f"/ the release is damaged; run `{releases.BUILD_COMMAND} --force`"
        ) from None


def _readable(release: Release, audience: Audience) -> Collection[str] | None:
    order = list(Audience)
    allowed = frozenset(d.id for d in release.documents if order.index(d.audience) <= order.index(audience))
    return None if len(allowed) == len(release.documents) else allowed


def _vocabulary(index: Index, readable: Collection[str] | None) -> Vocabulary:
    if readable is None:
        return index.vocabulary
    return Vocabulary(word for p in index.passages if p.document_id in readable for word in thai.words(p.search_text))


def _glossary(release: Release) -> Glossary:
    """The glossary; read anew if the release was built from another one than was read before."""
    glossary = read_glossary()
    if glossary.digest != release.glossary_digest:
        read_glossary.cache_clear()
    return read_glossary()
