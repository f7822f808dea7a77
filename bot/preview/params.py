"""The parameters of one Bot API call, whatever way they came, read as Telegram reads them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.preview.standin import bad_request


@dataclass(frozen=True)
class Upload:
    """A file in the call."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Params:
    """Values by name. Numbers, flags and objects may come as text (forms) or as themselves (JSON)."""

    values: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def object(self, name: str) -> Any:
        """A nested value; None when it is not given. Raises RefusalError when it is not JSON."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """The file of a parameter: sent under its name, or under another one that `attach://` names."""
        attached = self.text(name)
        if attached.startswith("attach://"):
            return self.uploads.get(attached.removeprefix("attach://"))
        return self.uploads.get(name)
