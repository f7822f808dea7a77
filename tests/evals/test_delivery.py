import pytest

from bot.answer import AnswerStatus
from evals.delivery import faults, is_deliverable
from evals.metrics import mark
from tests.evals.samples import answer, case, citation, right_answer


@pytest.mark.parametrize(
    "html",
    [
        "ก",
        "<b>ก</b> &lt;ข&gt; &amp; &quot; &#3585;",
        '<a href="https://x">ก</a>',
        "<blockquote expandable>ก<i>ข</i></blockquote>",
    ],
)
def test_what_telegram_takes(html: str) -> None:
    assert faults(html) == []


@pytest.mark.parametrize(
    "html",
    [
        "<b>ก", "ก</b>", "<b><i>ก</b></i>", "<div>ก</div>", "ก < ข", "ก & ข", "&nbsp;ก", "  ", "<b></b>",
        "ก" * 4097, "😀" * 2049, "<b>ก</b>" * 101,
    ],
)  # fmt: skip
def test_what_telegram_refuses(html: str) -> None:
    assert faults(html)


def test_long_and_hostile_answers_are_delivered_in_parts() -> None:
    long = answer(*((f"ข้อความ <b> & {i} " * 40, (1,)) for i in range(60)), citations=[citation()])
    assert is_deliverable(long)
    assert is_deliverable(right_answer())
    assert mark(case(), right_answer()).metrics["delivery"] == 1.0


def test_an_answer_without_any_text_is_not_delivered() -> None:
    assert mark(case(), answer(text="", status=AnswerStatus.SMALL_TALK)).metrics["delivery"] == 0.0
