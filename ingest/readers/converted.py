"""Old and other office formats (`.doc`, `.rtf`, `.odt`, `.ppt`, `.odp`), turned into new ones by LibreOffice first."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from ingest.readers import Content, Reader, Told, UnreadableDocument

SECONDS = 120


def convert_and_read(path: Path, told: Told, *, into: str, ending: str, reader: Reader) -> Content:
    """The content of a file that LibreOffice can turn `into` "docx" or "pptx"; `ending` is what it truly is."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise UnreadableDocument(
            f"ไฟล์ .{ending} ต้องใช้ LibreOffice ซึ่งไม่มีในเครื่องนี้ โปรดติดตั้ง libreoffice-writer-nogui "
            "และ libreoffice-impress-nogui "
            f"หรือบันทึกเป็น .{into} / .{ending} needs LibreOffice; install it, or save the file as .{into}"
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"document.{ending}")
        source.symlink_to(path.resolve())
        command = [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            into,
        ]
        with subprocess.Popen(  # noqa: S603 - the program is found on the path, the file name is ours
            [*command, "--outdir", f"{folder}/out", str(source)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "HOME": folder},
        ) as process:
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        converted = Path(folder, "out", f"document.{into}")
        if not converted.is_file():
            raise UnreadableDocument(
                f"LibreOffice เปิดไฟล์ .{ending} นี้ไม่ได้ ไฟล์อาจเสียหรือเข้ารหัส โปรดบันทึกเป็น .{into} "
                f"/ LibreOffice cannot open it; it may be damaged or encrypted; save it as .{into}"
            )
        return reader(converted, told)
