"""What changed between the documents of two drafts: read from the release, or compared when it is first asked for.

A release keeps the changes between a document and the one it supersedes. They are changes of the plan only where both
are the same text in two states. Two digests of one plan, written at different times, differ nearly everywhere, and that
is a change of our wording; such a pair is not comparable, and nothing is ever told from it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.drafts import Drafts, PlanDraft
from corpus import thai
from corpus.document import Document, Passage
from corpus.drafts import Change, ChangeKind, DraftChanges, compare

# Share of the old text's letters that must stand unchanged in the new one for both to be one text in two states. Drafts
# that share a text keep far more than half of it; the digests of the project's own corpus keep less than a twentieth.
LEAST_KEPT = 0.25


@dataclass(frozen=True)
class Revision:
    """What changed from one draft of a plan to another, in reading order."""

    old: PlanDraft
    new: PlanDraft
    changes: tuple[Change, ...]

    @cached_property
    def by_passage(self) -> dict[str, list[Change]]:
        """The changes of wording that a passage takes part in, by its id."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            if change.kind is ChangeKind.CHANGED:
                for side in (change.old, change.new):
                    if side is not None:
                        found.setdefault(side.id, []).append(change)
        return found


class Revisions:
    """The changes between any two drafts. Safe to use from several threads: what is found twice is the same."""

    def __init__(
        self, kept: Iterable[DraftChanges], documents: Sequence[Document], passages: Sequence[Passage]
    ) -> None:
        self._changes = {(one.old_document, one.new_document): one.changes for one in kept}
        self._supersedes = {document.id: document.supersedes for document in documents}
        self._passages: dict[str, list[Passage]] = {}
        for passage in passages:
            self._passages.setdefault(passage.document_id, []).append(passage)
        self._between: dict[tuple[PlanDraft, PlanDraft], Revision | None] = {}

    def between(self, old: PlanDraft, new: PlanDraft) -> Revision | None:
        """What changed from one draft to a later one; None where their texts cannot be compared."""
        if (old, new) not in self._between:
            self._between[old, new] = self._found(old, new)
        return self._between[old, new]

    def beside(self, draft: PlanDraft, drafts: Drafts) -> list[Revision]:
        """The changes between a draft and its neighbours, the one before it first."""
        order = drafts.plans[draft.plan]
        pairs = [pair for pair in pairwise(order) if draft in pair]
        return [revision for pair in pairs if (revision := self.between(*pair))]

    def _found(self, old: PlanDraft, new: PlanDraft) -> Revision | None:
        pairs = self._pairs(old, new)
        changes = tuple(change for pair in pairs for change in self._of(*pair))
        return Revision(old, new, changes) if pairs and self._kept(pairs, changes) >= LEAST_KEPT else None

    def _pairs(self, old: PlanDraft, new: PlanDraft) -> list[tuple[str, str]]:
        """Which document is the later state of which: by what it supersedes, or the only ones of their drafts."""
        pairs = [(before, after) for after in new.documents if (before := self._earlier(after, old.documents))]
        only = len(old.documents) == len(new.documents) == 1
        return pairs or ([(old.documents[0], new.documents[0])] if only else [])

    def _earlier(self, document_id: str, among: Collection[str]) -> str:
        """The document among these that a document supersedes, perhaps by way of others; "" if none."""
        seen: set[str] = set()
        while (document_id := self._supersedes.get(document_id, "")) and document_id not in seen:
            if document_id in among:
                return document_id
            seen.add(document_id)
        return ""

    def _of(self, old: str, new: str) -> tuple[Change, ...]:
        kept = self._changes.get((old, new))
        return compare(self._passages.get(old, []), self._passages.get(new, [])) if kept is None else kept

    def _kept(self, pairs: Sequence[tuple[str, str]], changes: Sequence[Change]) -> float:
        """The share of the old texts' letters that stand unchanged in the new ones, 0 to 1."""
        whole = sum(_length(passage.body) for old, _ in pairs for passage in self._passages.get(old, []))
        gone = [c.old_text for c in changes if c.kind in (ChangeKind.REMOVED, ChangeKind.CHANGED)]
        return max(0.0, 1 - sum(map(_length, gone)) / whole) if whole else 0.0


def _length(text: str) -> int:
    return len(thai.squeeze(text))
