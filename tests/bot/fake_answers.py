"""An answerer without a corpus, for tests of the doors: it says what the test tells it to, or a small cited answer."""

import threading
from collections.abc import Callable, Sequence

from bot.answer import Answer, AnswerStatus, Citation, Statement, Turn
from corpus.document import Audience, Document, DraftStatus, Source

SOURCE = Source("dga", "แผนพัฒนารัฐบาลดิจิทัล", "สพร.", "30 มีนาคม 2564", "https://example.org/plan")

DRAFT = Document(
    id="draft-2563-09",
    title="ร่างแผนพัฒนารัฐบาลดิจิทัล ฉบับประชุมเชิงปฏิบัติการ",
    plan="แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563–2565",
    draft="ร่าง ก.ย. 2563",
    date="9 กันยายน 2563",
    status=DraftStatus.DRAFT,
    audience=Audience.PUBLIC,
    sources=(SOURCE,),
    file="draft-2563-09.md",
)
PLAN = Document(
    id="plan-2564-03",
    title="แผนพัฒนารัฐบาลดิจิทัลที่ผ่านความเห็นชอบ",
    plan="แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563–2565",
    draft="ฉบับ มี.ค. 2564",
    date="30 มีนาคม 2564",
    status=DraftStatus.APPROVED,
    audience=Audience.PUBLIC,
    sources=(SOURCE,),
    file="plan-2564-03.md",
)
SECRET = Document(
    id="minutes",
    title="บันทึกการประชุมภายใน",
    plan="แผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563–2565",
    draft="",
    date="",
    status=DraftStatus.BACKGROUND,
    audience=Audience.INTERNAL,
    sources=(SOURCE,),
    file="minutes.md",
)

QUOTE = "ปรับเปลี่ยนการทำงานภาครัฐสู่รูปแบบใหม่ (New Way of Working)"


def citation(n: int = 1, *, quote: str = QUOTE, text: str = "", page: int | None = 12) -> Citation:
    """A citation of the draft."""
    return Citation(
        n=n,
        passage_id=f"draft-2563-09/{n}",
        document_id=DRAFT.id,
        title=DRAFT.title,
        draft=DRAFT.draft,
        date=DRAFT.date,
        section="ความท้าทาย > การทำงานรูปแบบใหม่",
        page=page,
        quote=quote,
        text=text or f"ความท้าทายมี 6 ข้อ\n1. {quote}\n2. เชื่อมโยงข้อมูล <ระหว่าง> หน่วยงาน & ประชาชน",
    )


def cited(question: str, text: str = f"{QUOTE} [1]", citations: Sequence[Citation] = ()) -> Answer:
    """An answer with citations: one of them unless told otherwise."""
    return Answer(
        question=question,
        status=AnswerStatus.ANSWERED,
        text=text,
        statements=(Statement(text.removesuffix(" [1]"), (1,)),),
        citations=tuple(citations) or (citation(),),
        timings_ms={"question": 0.4, "retrieval": 12.5, "answer": 3.0},
        release="20261101-120000",
    )


def uncited(question: str, status: AnswerStatus, text: str, nearest: Sequence[str] = ()) -> Answer:
    """An answer without citations."""
    return Answer(question=question, status=status, text=text, nearest=tuple(nearest))


class FakeAnswerer:
    """Answers by `say`, or cites; keeps what it was asked, and can be held back."""

    def __init__(self, say: Callable[[str], Answer] = cited, documents: Sequence[Document] = (DRAFT, PLAN)) -> None:
        self.say = say
        self.documents = documents
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.held: dict[str, threading.Event] = {}

    def hold(self, question: str) -> threading.Event:
        """Make this question wait for the event; set it to let go."""
        self.held[question] = threading.Event()
        return self.held[question]

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        if question in self.held and not self.held[question].wait(timeout=20):
            raise TimeoutError("the test never let go of this question")
        return self.say(question)
