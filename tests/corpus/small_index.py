"""A handful of passages and an embedder with a meaning for a few words, for tests of the index and of releases."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus import thai
from corpus.document import Passage, Unit, UnitKind
from corpus.vectors import unit_rows

# Words of one line mean the same, and each line is one direction of the vectors.
MEANINGS = (
    ("งบประมาณ", "เงิน", "บาท"),
    ("วิสัยทัศน์", "ความฝัน"),
    ("บริการ", "ทางรัฐ"),
    ("ประชุม", "โรงแรม"),
    ("กฎหมาย", "มาตรา"),
)


class MeaningEmbedder:
    """Knows the words of MEANINGS and no other; counts the passages it was asked to embed."""

    identity = "meanings/1"
    dimensions = len(MEANINGS)

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = [[sum(w in meaning for w in thai.words(text)) for meaning in MEANINGS] for text in texts]
        return unit_rows(np.array(counts, np.float32))


class RandomEmbedder:
    """A direction of its own for each text, the same at each call: neighbours as far apart as can be."""

    identity = "random/1"
    dimensions = 256

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        seeds = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in texts)
        return unit_rows(np.array([np.random.default_rng(s).normal(size=self.dimensions) for s in seeds], np.float32))

    embed_queries = embed_passages


def passage(document: str, section: str, *sentences: str, part: int = 1, parts: int = 1) -> Passage:
    text = "\x1e".join((document, section, str(part), *sentences))
    digest = hashlib.sha256(text.encode()).hexdigest()
    units = tuple(Unit(UnitKind.SENTENCE, sentence) for sentence in sentences)
    return Passage(
        f"{document}#{digest[:12]}", document, (f"เอกสาร {document}", section), units,
        part=part, parts=parts, digest=digest,
    )  # fmt: skip


PASSAGES = (
    passage("plan", "งบประมาณ", "งบประมาณรวมของแผนคือ 6,504.69 ล้านบาท"),
    passage("plan", "วิสัยทัศน์", "วิสัยทัศน์คือรัฐบาลดิจิทัล เปิดเผย เชื่อมโยง"),
    passage("plan", "โครงการ", "แผนมี 41 โครงการ", part=1, parts=2),
    passage("plan", "โครงการ", "โครงการเด่นคือแพลตฟอร์มแลกเปลี่ยนข้อมูล", part=2, parts=2),
    passage("draft", "การประชุม", "ประชุมที่โรงแรมพูลแมน มีผู้เข้าร่วม 225 คน"),
    passage("draft", "งบประมาณ", "ร่างแผนยังไม่ระบุงบประมาณ"),
    passage("act", "มาตรา 4", "กฎหมายให้หน่วยงานของรัฐใช้ระบบดิจิทัล"),
    passage("act", "มาตรา 10", "สำนักงานพัฒนารัฐบาลดิจิทัลสำรวจความพร้อมของหน่วยงาน"),
)
