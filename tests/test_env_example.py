"""`.env.example` shows every setting, no other, and copying it changes nothing."""

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr

from bot.settings import Settings, read_settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"
SECRETS = {name.upper() for name, field in Settings.model_fields.items() if field.annotation is SecretStr}


def test_it_shows_every_setting_and_no_other() -> None:
    assert set(dotenv_values(EXAMPLE)) == {name.upper() for name in Settings.model_fields}


def test_a_copy_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert read_settings(EXAMPLE) == read_settings(None)


def test_it_holds_no_secret() -> None:
    values = dotenv_values(EXAMPLE)
    assert {"TELEGRAM_BOT_TOKEN", "CHAT_API_KEY"} <= SECRETS
    assert {name: values[name] for name in SECRETS} == dict.fromkeys(SECRETS, "")


def test_every_setting_is_explained_in_thai_first_and_then_in_english() -> None:
    explained = 0
    for part in EXAMPLE.read_text(encoding="utf-8").strip().split("\n\n"):
        thai, english, *settings = part.split("\n")
        assert re.match(r"# .*[ก-๙]", thai)
        assert re.match(r"# [ -~]+$", english)
        assert all(re.fullmatch(r"[A-Z_]+=\S*", setting) for setting in settings)
        explained += len(settings)
    assert explained == len(Settings.model_fields)
