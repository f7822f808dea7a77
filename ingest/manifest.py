"""Which documents the corpus has: `manifest.yaml`, read and checked whole before anything is built."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from corpus.document import Audience, Document, DraftStatus, Source

MANIFEST = "manifest.yaml"
NO_PLAN = "none"


class ManifestError(Exception):
    """The manifest cannot be used; the message lists every problem, Thai first."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(
            f"ใช้ทะเบียนเอกสาร {path} ไม่ได้ โปรดแก้แล้วสั่งใหม่ (ข้อมูลที่ให้บริการอยู่ไม่ถูกแตะต้อง)\n"
            f"The manifest cannot be used; correct it and run again (the live index is untouched):\n{listed}"
        )
        self.problems = problems


@dataclass(frozen=True)
class Plan:
    """A plan and its drafts, oldest first."""

    id: str
    title: str
    drafts: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """The corpus as its manifest describes it; document digests are of the files' bytes."""

    plans: tuple[Plan, ...]
    documents: tuple[Document, ...]


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class _Source(_Strict):
    title: Text
    publisher: Text
    date: Text
    url: Text


class _Plan(_Strict):
    title: Text
    drafts: list[Text] = Field(min_length=1)


class _Document(_Strict):
    id: Identifier
    file: Text
    title: Text
    plan: Text
    draft: Text
    date: Text
    status: DraftStatus
    # A document that does not say who may read it is for the fewest.
    audience: Audience = Audience.INTERNAL
    sources: list[Text] = Field(min_length=1)
    supersedes: str = ""


class _Manifest(_Strict):
    plans: dict[Text, _Plan]
    sources: dict[Text, _Source]
    documents: list[_Document] = Field(min_length=1)


def read_manifest(corpus_dir: Path) -> Manifest:
    """The manifest of `corpus_dir`, with every file found and every reference resolved.

    Raises:
        ManifestError: naming all problems at once: not YAML, unknown or missing fields, duplicate ids,
            unknown plans, drafts or sources, files that are missing or lie outside the folder.
    """
    path = corpus_dir / MANIFEST
    raw = _read_yaml(path)
    try:
        checked = _Manifest.model_validate(raw)
    except ValidationError as error:
        problems = [_validation_problem(raw, e) for e in error.errors()]
        raise ManifestError(path, problems + _reference_problems(_sound_part(raw), raw, corpus_dir)) from None
    if problems := _reference_problems(checked, raw, corpus_dir):
        raise ManifestError(path, problems)
    plans = tuple(Plan(key, plan.title, tuple(plan.drafts)) for key, plan in checked.plans.items())
    sources = {key: Source(id=key, **source.model_dump()) for key, source in checked.sources.items()}
    return Manifest(plans, tuple(_document(entry, sources, corpus_dir) for entry in checked.documents))


def _read_yaml(path: Path) -> Any:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except FileNotFoundError:
        raise ManifestError(path, ["ไม่พบไฟล์ / file not found"]) from None
    except (OSError, ValueError, yaml.YAMLError) as error:  # ValueError: not UTF-8, or a number that is none
        raise ManifestError(path, [f"อ่านไม่ได้ / unreadable: {_one_line(error)}"]) from None
    if not isinstance(raw, dict):
        raise ManifestError(path, ["ต้องมี plans, sources และ documents / expected plans, sources and documents"])
    return raw


class _Loader(yaml.SafeLoader):
    """YAML as usual, but dates stay as they are written, and a key that stands twice is an error.

    YAML would take a Buddhist year for one of the Common Era, and of two equal keys silently keep the last.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                problem = f"คีย์ซ้ำ / duplicate key {key.value!r}"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _sound_part(raw: Any) -> _Manifest:
    """The documents that are well formed in a manifest that is not, so that their references are checked as well.

    None where plans or sources are not well formed: what refers to them cannot be judged.
    """
    sound = _Manifest.model_construct(plans={}, sources={}, documents=[])
    try:
        sound.plans = {str(key): _Plan.model_validate(plan) for key, plan in raw["plans"].items()}
        sound.sources = {str(key): _Source.model_validate(source) for key, source in raw["sources"].items()}
        entries = list(raw["documents"])
    except (ValidationError, AttributeError, KeyError, TypeError):
        return sound
    for entry in entries:
        with suppress(ValidationError):
            sound.documents.append(_Document.model_validate(entry))
    return sound


def _validation_problem(raw: Any, error: Any) -> str:
    place = list(error["loc"])
    if len(place) > 1 and place[0] == "documents" and isinstance(place[1], int):
        entry = raw["documents"][place[1]]
        name = entry.get("id", f"#{place[1] + 1}") if isinstance(entry, dict) else f"#{place[1] + 1}"
        place[:2] = [f"documents[{name}]"]
    found = "" if error["type"] == "missing" else f" (found: {str(error['input'])[:60]!r})"
    return f"{'.'.join(str(part) for part in place) or 'manifest'}: {error['msg']}{found}"


def _reference_problems(manifest: _Manifest, raw: Any, corpus_dir: Path) -> list[str]:
    problems: list[str] = []
    seen: set[str] = set()
    listed = raw.get("documents")
    ids = [entry.get("id") for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    for entry in manifest.documents:
        name = f"documents[{entry.id}]"
        if entry.id in seen:
            problems.append(f"{name}: ใช้ id ซ้ำ / duplicate id")
        seen.add(entry.id)
        problems += [f"{name}: {problem}" for problem in _entry_problems(entry, manifest, ids)]
        file = (corpus_dir / entry.file).resolve()
        if not file.is_relative_to(corpus_dir.resolve()):
            problems.append(f"{name}.file: {entry.file!r} อยู่นอกโฟลเดอร์เอกสาร / lies outside {corpus_dir}")
        elif not file.is_file():
            problems.append(f"{name}.file: ไม่พบไฟล์ {entry.file!r} / file not found in {corpus_dir}")
    return problems


def _entry_problems(entry: _Document, manifest: _Manifest, ids: list[Any]) -> list[str]:
    problems: list[str] = []
    plan = manifest.plans.get(entry.plan)
    if plan is None and entry.plan != NO_PLAN:
        problems.append(f"plan: ไม่รู้จักแผน {entry.plan!r} / expected one of {[*manifest.plans, NO_PLAN]}")
    is_edition = entry.status is not DraftStatus.BACKGROUND  # background carries a label of its own
    if plan is not None and is_edition and entry.draft not in plan.drafts:
        problems.append(f"draft: ไม่รู้จักร่าง {entry.draft!r} / expected one of {plan.drafts}")
    unknown = [source for source in entry.sources if source not in manifest.sources]
    if unknown:
        problems.append(f"sources: ไม่รู้จักแหล่งข้อมูล {unknown} / not among the manifest's sources")
    if entry.supersedes and entry.supersedes not in ids:
        problems.append(f"supersedes: ไม่รู้จักเอกสาร {entry.supersedes!r} / no such document id")
    return problems


def _document(entry: _Document, sources: dict[str, Source], corpus_dir: Path) -> Document:
    values = entry.model_dump()
    values["sources"] = tuple(sources[key] for key in entry.sources)
    digest = hashlib.sha256((corpus_dir / entry.file).read_bytes()).hexdigest()
    return Document(**values, digest=digest)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
