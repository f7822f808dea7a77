"""Reading in a process of its own: whatever a file does to its reader, the build goes on and says what happened.

One server process, started at the first file, forks a child for each file, so that no file costs a start of Python. The
child has limits of memory and wall-clock time. It tells pages as they are done, and at last its content or its refusal,
as JSON lines; if it dies, the server says how.
"""

import atexit
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import IO, Any

import msgspec

from ingest.readers import PAGE_LIMIT, Content, Told, UnreadableDocument, reader_of
from ingest.readers.formats import format_of

MEMORY = 3 * 2**30  # bytes of address space for one file
LETTER_LIMIT = 4_000 * PAGE_LIMIT
SECONDS = 1_800.0  # of wall-clock time for one file: some 800 pages by OCR, far more with a text layer


def read_apart(path: Path, told: Told, *, memory: int = MEMORY, seconds: float = SECONDS) -> Content:
    """The content of a file, read in a child process with limits.

    Raises:
        UnreadableDocument: as the reader says it, or if the reader broke a limit or died.
    """
    return _server().read({"path": str(path.absolute()), "memory": memory, "seconds": seconds}, told)


class _Server:
    """The forking process, and the pipes to it; it reads one file at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def read(self, request: dict[str, Any], told: Told) -> Content:
        with self._lock:
            try:
                return self._read(request, told)
            except UnreadableDocument:
                raise
            except BaseException:  # interrupted, or the pipe broke: what is still under way answers nobody
                self.stop()
                raise

    def _read(self, request: dict[str, Any], told: Told) -> Content:
        to_server, from_server = self._pipes()
        to_server.write(json.dumps(request) + "\n")
        to_server.flush()
        content = refused = None
        for line in from_server:
            match _parsed(line):
                case {"page": [page, pages, outcome]}:
                    told(page, pages, outcome)
                case {"content": found}:
                    content = msgspec.convert(found, Content)
                case {"refused": reason}:
                    refused = reason
                case {"ended": how}:
                    if content is None or how:
                        raise UnreadableDocument(refused or how)
                    return content
        self.stop()
        raise UnreadableDocument("โปรแกรมอ่านไฟล์หยุดกลางคัน โปรดสั่งใหม่ / the reading process ended; run it again")

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ingest.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process started with pipes has none")
        return self._process.stdin, self._process.stdout

    def stop(self) -> None:
        """End the server, and what it is reading."""
        if self._process is not None:
            self._process.terminate()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]
            self._process.wait()
            self._process = None


@lru_cache(maxsize=1)
def _server() -> _Server:
    server = _Server()
    atexit.register(server.stop)
    return server


def _parsed(line: str) -> Any:
    """One answer; what a dying child left half-written is none."""
    try:
        return msgspec.json.decode(line)
    except ValueError:
        return None


# What a child ends with, and what is said of it.
_REFUSED, _NO_MEMORY, _TOO_DEEP = 3, 4, 5


def serve() -> None:
    """Read requests from standard input until it ends; each is answered by a forked child."""
    child = 0

    def end(_signal: int, _frame: FrameType | None) -> None:
        if child:
            _kill_group(child)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command, which then ends this
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_answer(request))
        _, status = os.waitpid(child, 0)
        _kill_group(child)  # programs that it started
        child = 0
        _tell({"ended": _how(status, request)}, fresh_line=True)


def _answer(request: dict[str, Any]) -> int:
    """In the child: read the file within its limits, and tell what came of it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, request["seconds"])  # its signal ends the process
    path = Path(request["path"])
    try:
        content = reader_of(format_of(path))(path, lambda *page: _tell({"page": page}))
        if len(content.pages) > PAGE_LIMIT:
            raise UnreadableDocument(too_many_pages(len(content.pages)))
        refuse_too_much_text(content)
        _tell({"content": content})
        return 0
    except UnreadableDocument as error:
        _tell({"refused": str(error)})
        return _REFUSED
    except MemoryError:
        return _NO_MEMORY
    except RecursionError:
        return _TOO_DEEP
    except Exception as error:  # parsers of foreign files raise anything; the build must go on
        reason = f"ไฟล์เสียหรือผิดรูปแบบ ({type(error).__name__}: {str(error)[:120]}) / damaged or malformed"
        _tell({"refused": reason})
        return _REFUSED


def too_many_pages(pages: int) -> str:
    """What is said of a document with more pages than are read."""
    return f"มี {pages:,} หน้า เกินที่อ่านได้ {PAGE_LIMIT:,} หน้า โปรดแบ่งไฟล์ / {pages:,} pages, more than are read; split it"


def refuse_too_much_text(content: Content) -> None:
    """What is read is repaired and cut in the process that asked for it: no file may keep that busy for hours.

    Raises:
        UnreadableDocument: if the text is longer than the longest document that is read could be.
    """
    letters = sum(
        len(block.text) + sum(len(cell) for row in (block.columns, *block.rows) for cell in row)
        for block in content.blocks
    )
    if letters > LETTER_LIMIT:
        raise UnreadableDocument(
            f"มีข้อความ {letters:,} ตัวอักษร เกินที่รับได้ {LETTER_LIMIT:,} โปรดแบ่งไฟล์ "
            f"/ {letters:,} letters of text; split the file"
        )


def _how(status: int, request: dict[str, Any]) -> str:
    """Why a child gave no content, Thai first; empty if it ended well."""
    if os.WIFSIGNALED(status):
        if os.WTERMSIG(status) == signal.SIGALRM:
            return f"อ่านนานเกิน {request['seconds']:.0f} วินาที จึงหยุด / reading took too long and was stopped"
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"โปรแกรมอ่านล้มเพราะไฟล์นี้ ({name}) ไฟล์อาจเสีย / the reader crashed on this file; it may be damaged"
    match os.WEXITSTATUS(status):
        case 0:
            return ""
        case code if code == _NO_MEMORY:
            memory = f"{request['memory'] / 2**30:.1f} GB"
            return f"อ่านแล้วใช้หน่วยความจำเกิน {memory} จึงหยุด / reading it needs more memory than allowed"
        case code if code == _TOO_DEEP:
            return "โครงสร้างในไฟล์ซ้อนกันลึกผิดปกติ จึงหยุด / its structure is nested too deeply"
        case code:
            return f"โปรแกรมอ่านหยุดด้วยรหัส {code} / the reader ended with code {code}"


def _kill_group(child: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _tell(answer: dict[str, Any], *, fresh_line: bool = False) -> None:
    sys.stdout.buffer.write((b"\n" if fresh_line else b"") + msgspec.json.encode(answer) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
