"""A real Chroma server on this machine, as `chroma run` starts it, for tests."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STARTS_WITHIN_S = 60


@contextmanager
def chroma_server(folder: Path, port: int = 0) -> Iterator[str]:
    """Its address, once it answers; its data are in `folder`. With `port` 0 any free one is taken."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    program = Path(sys.executable).parent / "chroma"
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + STARTS_WITHIN_S
            while time.monotonic() < until and process.poll() is None:
                with (
                    suppress(urllib.error.URLError, ConnectionError),
                    urllib.request.urlopen(f"{address}/api/v2/heartbeat", timeout=1),
                ):
                    break
                time.sleep(0.05)
            else:
                raise RuntimeError("no Chroma server came up")
            yield address
        finally:
            process.kill()
