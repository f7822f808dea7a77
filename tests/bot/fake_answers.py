"""An answerer without a corpus, for tests of the doors: it says what the test tells it to, or a small cited answer."""

import threading
import time
from collections.abc import Callable, Sequence

from bot.answer import Answer, AnswerStatus, Citation, CitedText, Statement, Trouble, Turn
from bot.drafts import PlanDraft
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
    """Answers by `say`, or cites; keeps what it was asked, and can be held back.

    `asked` are questions with their history, `told` what else was told with each. `gone` are passages that the live
    release no longer has. `steps` are the texts that a question's watcher is shown while it is held.
    """

    def __init__(self, say: Callable[[str], Answer] = cited, documents: Sequence[Document] = (DRAFT, PLAN)) -> None:
        self.say = say
        self.documents = documents
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.told: list[dict[str, object]] = []
        self.held: dict[str, threading.Event] = {}
        self.cancelled: list[str] = []
        self.gone: set[str] = set()
        self.next_questions: tuple[str, ...] = ()
        self.drafts_there: tuple[PlanDraft, ...] = ()
        self.page: bytes | None = None
        self.troubled: frozenset[Trouble] = frozenset()

    def hold(self, question: str) -> threading.Event:
        """Make this question wait for the event; set it to let go."""
        self.held[question] = threading.Event()
        return self.held[question]

    def readable(self, audience: Audience) -> Sequence[Document]:
        order = list(Audience)
        return [d for d in self.documents if order.index(d.audience) <= order.index(audience)]

    def drafts(self, audience: Audience) -> Sequence[PlanDraft]:
        return self.drafts_there

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        audience: Audience = Audience.PUBLIC,
        *,
        draft: str = "",
        watch: Callable[[str], None] | None = None,
        cancelled: threading.Event | None = None,
        use_model: bool = True,
    ) -> Answer:
        self.asked.append((question, tuple(history)))
        self.told.append({"audience": audience, "draft": draft, "use_model": use_model, "watch": watch})
        deadline = time.monotonic() + 20
        while question in self.held and not self.held[question].wait(0.02):
            if cancelled and cancelled.is_set():
                self.cancelled.append(question)
                break
            if time.monotonic() > deadline:
                raise TimeoutError("the test never let go of this question")
        return self.say(question)

    def troubles(self) -> frozenset[Trouble]:
        return self.troubled

    def follow_ups(self, answer: Answer, audience: Audience, draft: str = "") -> tuple[str, ...]:
        return self.next_questions

    def passage(self, citation: Citation, audience: Audience) -> CitedText | None:
        readable = {document.id for document in self.readable(audience)}
        if citation.passage_id in self.gone or citation.document_id not in readable:
            return None
        return CitedText(citation)

    def has_page(self, citation: Citation) -> bool:
        return self.page is not None and citation.page is not None

    def page_image(self, citation: Citation, audience: Audience) -> bytes | None:
        return self.page
