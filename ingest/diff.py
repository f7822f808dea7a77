"""What one release, draft or file changes against another, for the maintainer to see before anyone else does."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import releases
from corpus.document import Audience, BlockKind, Document, DraftStatus, Passage
from corpus.drafts import Change, ChangeKind, compare
from corpus.index import read_passages
from corpus.releases import Release, ReleaseNotFound
from ingest.passages import split
from ingest.publishing import named
from ingest.reading import read_document

READING_CHANGED = (
    "วิธีอ่านและตัดข้อความเปลี่ยนไป: ไฟล์ที่ไม่เปลี่ยนแสดงเป็น “อ่านต่างจากเดิม” ส่วนไฟล์ที่เปลี่ยนอาจมีผลของวิธีอ่านปนอยู่ "
    "/ the way documents are read changed as well: it shows as “reading” in files that did not change"
)
_SHOWN_FIELDS = ("title", "draft", "date", "status", "audience", "supersedes")


@dataclass(frozen=True)
class DocumentDiff:
    """What changed in one document. `old` is None for a new one, `new` for one that is gone.

    `fields` are the manifest's fields that changed: name, old value, new value. `replaces` tells that `old` is another
    document, which `new` supersedes.
    """

    old: Document | None
    new: Document | None
    changes: tuple[Change, ...]
    fields: tuple[tuple[str, str, str], ...] = ()
    replaces: bool = False

    @property
    def title(self) -> str:
        document = self.new or self.old
        return document.title if document else ""


@dataclass(frozen=True)
class Diff:
    """What changed from one text to another; documents without a change are left out.

    `notes` are sentences for the maintainer, Thai first.
    """

    old: str
    new: str
    documents: tuple[DocumentDiff, ...]
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Change]:
        """The changes of all documents."""
        return [change for document in self.documents for change in document.changes]

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """How many changes there are of each kind that occurs, in the order in which kinds are shown."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in ChangeKind if found[kind]}

    def as_json(self) -> dict[str, Any]:
        """As `ingest diff --json` prints it: texts by kind, then every change with all that is known of it."""
        of: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}
        for change in self.changes:
            of[change.kind].append(change)
        return {
            "added": [change.new_text for change in of[ChangeKind.ADDED]],
            "removed": [change.old_text for change in of[ChangeKind.REMOVED]],
            **{
                str(kind): [[change.old_text, change.new_text] for change in of[kind]]
                for kind in (ChangeKind.CHANGED, ChangeKind.MOVED, ChangeKind.RENUMBERED, ChangeKind.READING)
            },
            "old": self.old,
            "new": self.new,
            "notes": list(self.notes),
            "documents": [_document_as_json(document) for document in self.documents],
        }


def diff(data_dir: Path, old: str = "", new: str = "") -> Diff:
    """Compare two releases, two documents or drafts, or two files; without names the candidate with the live release.

    Raises:
        ReleaseNotFound, ReleaseUnusable: there is no such release, draft or file.
        UnreadableDocument: a file cannot be read.
    """
    if old and new and Path(old).is_file() and Path(new).is_file():
        return diff_files(Path(old), Path(new))
    if old and new and not (_is_release(data_dir, old) and _is_release(data_dir, new)):
        return _diff_drafts(data_dir, old, new)
    return diff_releases(data_dir, named(data_dir, old or "live"), named(data_dir, new or "candidate"))


def diff_releases(data_dir: Path, old: Release, new: Release) -> Diff:
    """What a release changes against another."""
    before = read_passages(releases.releases_dir(data_dir) / old.id)
    after = read_passages(releases.releases_dir(data_dir) / new.id)
    found = diff_documents(old.documents, before, new.documents, after)
    return Diff(old.id, new.id, found, tuple(_notes(old, new)))


def diff_documents(
    old_documents: Sequence[Document],
    old_passages: Sequence[Passage],
    new_documents: Sequence[Document],
    new_passages: Sequence[Passage],
) -> tuple[DocumentDiff, ...]:
    """What changed from one set of documents to another; what is new is compared with the draft that it supersedes."""
    old_by_id = {document.id: document for document in old_documents}
    new_by_id = {document.id: document for document in new_documents}
    before, after = _by_document(old_passages), _by_document(new_passages)
    found: list[DocumentDiff] = []
    for document in new_documents:
        own, superseded = old_by_id.get(document.id), document.supersedes
        if own:
            same = own.digest == document.digest
            changes = compare(before.get(own.id, ()), after.get(document.id, ()), same_source=same)
            found.append(DocumentDiff(own, document, changes, _fields(own, document)))
        elif superseded and (earlier := new_by_id.get(superseded) or old_by_id.get(superseded)):
            text = after.get(superseded) or before.get(superseded) or []
            changes = compare(text, after.get(document.id, ()))
            found.append(DocumentDiff(earlier, document, changes, _fields(earlier, document), replaces=True))
        else:
            found.append(DocumentDiff(None, document, compare((), after.get(document.id, ()))))
    gone = [document for document in old_documents if document.id not in new_by_id]
    found += [DocumentDiff(document, None, compare(before.get(document.id, ()), ())) for document in gone]
    return tuple(one for one in found if one.changes or one.fields or one.replaces or not (one.old and one.new))


def diff_files(old: Path, new: Path) -> Diff:
    """What changed from one file to another, whatever their formats.

    Raises:
        UnreadableDocument: one of them cannot be read.
    """
    (before, old_text, old_notes), (after, new_text, new_notes) = _read(old), _read(new)
    changes = compare(old_text, new_text, same_source=before.digest == after.digest)
    documents = (DocumentDiff(before, after, changes),) if changes else ()
    return Diff(old.name, new.name, documents, (*old_notes, *new_notes))


def _diff_drafts(data_dir: Path, old: str, new: str) -> Diff:
    """Two documents of the candidate, or of the live release, by their ids or the labels of their drafts."""
    try:
        release = named(data_dir, "candidate")
    except ReleaseNotFound:
        release = named(data_dir, "live")
    passages = _by_document(read_passages(releases.releases_dir(data_dir) / release.id))
    before, after = _draft(release, old), _draft(release, new)
    changes = compare(passages.get(before.id, ()), passages.get(after.id, ()))
    documents = (DocumentDiff(before, after, changes, _fields(before, after), replaces=True),) if changes else ()
    return Diff(f"{before.draft} ({before.id})", f"{after.draft} ({after.id})", documents)


def _draft(release: Release, name: str) -> Document:
    found = [document for document in release.documents if name in (document.id, document.draft)]
    editions = [document for document in found if document.status is not DraftStatus.BACKGROUND] or found
    if len(editions) != 1 and not (editions and editions[0].id == name):
        known = ", ".join(document.id for document in editions or release.documents)
        raise ReleaseNotFound(
            f"ไม่พบ {name!r}: ระบุไฟล์ที่มีอยู่ รุ่นจาก `python -m ingest list` หรือเอกสารหนึ่งใน {known} "
            f"/ no such file, release or document; name a file, a release of `python -m ingest list`, or one of {known}"
        )
    return editions[0]


def _is_release(data_dir: Path, name: str) -> bool:
    return name in ("live", "candidate") or any(release.id == name for release in releases.list_releases(data_dir))


def _read(file: Path) -> tuple[Document, tuple[Passage, ...], tuple[str, ...]]:
    """A file that stands in no manifest: its description, its passages with its title in front, and notes on it."""
    document = Document(
        id=file.name, title=file.name, plan="none", draft="", date="", status=DraftStatus.BACKGROUND,
        audience=Audience.INTERNAL, sources=(), file=file.name, digest=hashlib.sha256(file.read_bytes()).hexdigest(),
    )  # fmt: skip
    reading = read_document(document, file.parent, allow_unreadable=True)
    title = next((b.text for b in reading.blocks if (b.kind, b.level) == (BlockKind.HEADING, 1)), "")
    heading = Passage(id="", document_id=document.id, path=(document.title, title), units=())
    notes = [f"{file.name}: หน้า / page {page.page} อ่านไม่ได้ / unreadable: {page.reason}" for page in reading.unreadable]
    found = split(document, reading.blocks)
    return document, ((heading, *found) if title else found), (*notes, *reading.notes)


def _by_document(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.document_id, []).append(passage)
    return found


def _fields(old: Document, new: Document) -> tuple[tuple[str, str, str], ...]:
    values = ((name, str(getattr(old, name)), str(getattr(new, name))) for name in _SHOWN_FIELDS)
    return tuple((name, before, after) for name, before, after in values if before != after)


def _notes(old: Release, new: Release) -> Iterator[str]:
    if old.reading != new.reading:
        yield READING_CHANGED
    if old.glossary_digest != new.glossary_digest:
        yield "อภิธานศัพท์เปลี่ยนไป / the glossary changed"
    if old.embedder != new.embedder:
        yield f"โมเดลค้นหาเปลี่ยนจาก {old.embedder} เป็น {new.embedder} / another embedding model"


def _document_as_json(document: DocumentDiff) -> dict[str, Any]:
    return {
        "old": document.old.id if document.old else None,
        "new": document.new.id if document.new else None,
        "title": document.title,
        "replaces": document.replaces,
        "fields": [list(field) for field in document.fields],
        "changes": [_change_as_json(change) for change in document.changes],
    }


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "kind": str(change.kind),
        "old": change.old_text,
        "new": change.new_text,
        "old_section": change.old.section if change.old else None,
        "new_section": change.new.section if change.new else None,
        "old_page": change.old.page_start if change.old else None,
        "new_page": change.new.page_start if change.new else None,
        "words": [[words.old, words.new] for words in change.words],
        "figures": [[words.old, words.new] for words in change.words if words.figure],
    }
