"""Files that were sent, and just enough about pictures to say how large they are."""

import secrets
import struct
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StoredFile:
    """A file by its id; `path` is what getFile tells."""

    file_id: str
    path: str
    name: str
    content: bytes

    @classmethod
    def of(cls, content: bytes, name: str, kind: str) -> "StoredFile":
        file_id = secrets.token_urlsafe(24)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        return cls(file_id, f"{kind}/file_{file_id[:8]}.{suffix}", name, content)

    def as_json(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": self.file_id[:12], "file_size": len(self.content)}


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP in pixels; None when it is none of these."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    if content[:4] == b"RIFF" and content[8:15] == b"WEBPVP8" and len(content) >= 30:
        return _webp_size(content)
    return None


def media_type(content: bytes) -> str:
    """The MIME type of a picture by its first bytes, else that of any file."""
    for start, kind in ((b"\x89PNG", "image/png"), (b"GIF8", "image/gif"), (b"\xff\xd8", "image/jpeg")):
        if content.startswith(start):
            return kind
    return "image/webp" if content[8:12] == b"WEBP" else "application/octet-stream"


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    form = content[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF
