"""Ask the plan's documents: `python -m bot` runs the bot, `ask` answers one question, `chat` talks in the terminal."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.answer import Answer, AnswerStatus, Turn
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.answerer import Answerer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.callback(invoke_without_command=True)
def run(context: typer.Context) -> None:
    """Run the bot: on Telegram with a token, else on the preview page of this machine."""
    if context.invoked_subcommand is not None:
        return
    with _told_plainly():
        settings = read_settings()
        answerer = _open(settings)
        if settings.telegram_bot_token.get_secret_value():
            from bot.telegram import run_bot

            run_bot(settings, answerer)
        else:
            _explain_no_token()
            from bot.preview import run_preview

            run_preview(settings, answerer)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question; leave it out with --jsonl.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer object.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read {id, question, history} lines from standard input.")
    ] = False,
) -> None:
    """Answer a question with its citations."""
    with _told_plainly():
        answerer = _open(read_settings())
    if jsonl:
        _answer_lines(answerer)
        return
    answer = answerer.answer(_text(question))
    print(json.dumps(answer.as_json(), ensure_ascii=False) if as_json else in_terminal(answer))


@app.command()
def chat() -> None:
    """Talk in the terminal; an empty line ends it."""
    with _told_plainly():
        _chat(_open(read_settings()))


@app.command()
def export_feedback(
    out: Annotated[Path | None, typer.Option(help="The file; without it, DATA_DIR/feedback.jsonl.")] = None,
) -> None:
    """Write votes and questions without an answer to a file for `python -m evals import-feedback`."""
    from bot.state.database import open_database
    from bot.state.feedback import write_export

    with _told_plainly():
        settings = read_settings()
        path = out or settings.data_dir / "feedback.jsonl"
        database = open_database(settings.database_url.get_secret_value(), settings.data_dir)
        try:
            lines = database.transact(write_export, path)
        except OSError as error:
            sys.stderr.write(f"เขียน {path} ไม่ได้ · Cannot write {path}: {error.strerror}\n")
            raise typer.Exit(1) from None
        finally:
            database.close()
    print(f"เขียน {lines} บรรทัดลงใน {path} แล้ว · Wrote {lines} lines to {path}.")


def in_terminal(answer: Answer) -> str:
    """The answer as plain text with its sources below."""
    lines = [answer.text]
    if answer.citations:
        lines += ["", "ที่มา"]
        for citation in answer.citations:
            page = f" หน้า {citation.page_label or citation.page}" if citation.page else ""
            ocr = " (อ่านด้วย OCR อาจมีคำผิด)" if citation.ocr else ""
            source = f"{citation.title} ({citation.draft}, {citation.date}) – {citation.section}{page}{ocr}"
            lines.append(f"[{citation.n}] {source}")
    return "\n".join(lines)


def _open(settings: Settings) -> "Answerer":
    from bot.answerer import open_answerer
    from bot.log import configure_logging

    configure_logging(settings.log_level, settings.secrets, settings.log_format)
    return open_answerer(settings)


def _answer_lines(answerer: "Answerer") -> None:
    """One answer object a line, in order, as soon as it is there; a line that cannot be read gets an INVALID answer."""
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        question_id = str(number)
        try:
            raw = json.loads(line)
            if isinstance(raw, dict) and raw.get("id") is not None:
                question_id = _text(raw["id"])
            question, history = _read_line(raw)
        except (ValueError, KeyError, TypeError) as error:
            detail = f"บรรทัดที่ {number} อ่านไม่ได้ ต้องเป็น JSON ที่มี question / line {number} is not readable: {error!r}"
            answer = Answer(line.decode(errors="replace").strip(), AnswerStatus.INVALID, detail)
        else:
            answer = answerer.answer(question, history)
        print(json.dumps(answer.as_json(question_id), ensure_ascii=False), flush=True)


def _read_line(raw: Any) -> tuple[str, Sequence[Turn]]:
    """The question of a line and its history; TypeError or KeyError if it is none."""
    question = raw["question"]
    if not isinstance(question, str):
        raise TypeError(f"question must be text, found {question!r}")
    return _text(question), [Turn(_text(turn["role"]), _text(turn["content"])) for turn in raw.get("history") or ()]


def _text(value: Any) -> str:
    """The value as text that can be printed: JSON may hold half a character, which no encoding can write."""
    return str(value).encode(errors="replace").decode()


def _chat(answerer: "Answerer") -> None:
    print("พิมพ์คำถามแล้วกด Enter (บรรทัดว่างเพื่อออก)")
    history: list[Turn] = []
    while question := _typed():
        answer = answerer.answer(question, history)
        print(in_terminal(answer), end="\n\n")
        history = [*history[-6:], Turn("user", question), Turn("assistant", answer.text)]


def _typed() -> str:
    try:
        return input("ถาม> ").strip()
    except EOFError:
        return ""


def _explain_no_token() -> None:
    print(
        "ยังไม่ได้ตั้ง TELEGRAM_BOT_TOKEN จึงเปิดหน้าแชตจำลองในเครื่องนี้แทน (ขอ token จาก @BotFather แล้วใส่ใน .env)\n"
        "No TELEGRAM_BOT_TOKEN is set, so the preview page of this machine is opened; get a token from @BotFather.",
        flush=True,
    )


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Known troubles end the program with one clear sentence and exit code 1; unknown ones keep their traceback."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ not in _KNOWN:
            raise
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from None


# By name, since importing the classes would import the libraries behind them.
_KNOWN = frozenset(
    {
        "SettingsError",
        "ModelNotFound",
        "GlossaryError",
        "IndexUnusable",
        "ReleaseNotFound",
        "ReleaseUnusable",
        "StoreUnavailable",
        "NoReply",
        "BotStoppedError",
        "DatabaseUnusable",
        "PreviewError",
    }
)


if __name__ == "__main__":
    app()
