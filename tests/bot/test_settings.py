"""Settings that cannot be used are all named at once, none with its value."""

import pytest

from bot.settings import SettingsError, read_settings

WRONG = {
    "LOG_LEVEL": "loud-and-secret",
    "CHAT_MODEL": "no-provider",
    "LIMIT_USER_PER_DAY": "-1",
    "ACCESS": "everybody",
    "RETENTION_DAYS": "forever",
}


def test_all_that_is_wrong_is_named_at_once_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        read_settings(None)
    message = str(told.value)
    assert [name for name in WRONG if f"  {name}: " not in message] == []
    assert [value for value in WRONG.values() if value in message] == []


@pytest.mark.parametrize("is_given_empty", [True, False])
def test_what_a_webhook_needs_is_named_with_all_else_that_is_wrong(
    is_given_empty: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_given_empty:
        monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_LISTEN", "")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example/hook")
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        read_settings(None)
    for name in (*WRONG, "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_WEBHOOK_LISTEN"):
        assert f"  {name}: " in str(told.value)
    assert str(told.value).count("must be set with TELEGRAM_WEBHOOK_URL") == 2
