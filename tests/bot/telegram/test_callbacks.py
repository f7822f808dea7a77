"""Button data is ours, for one person in one chat, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.callbacks import MOST_DATA_BYTES, Action, ButtonData, Signer

SIGNER = Signer("1:token")
DATA = ButtonData(Action.PASSAGE, "Zk3-_9aBcDeF", 24)


@pytest.mark.parametrize("action", Action)
def test_what_was_written_is_read(action: Action) -> None:
    data = ButtonData(action, "Zk3-_9aBcDeF", 999)
    written = SIGNER.write(data, -1_001_234_567_890, 7_000_000_001)
    assert len(written.encode()) <= MOST_DATA_BYTES
    assert SIGNER.read(written, -1_001_234_567_890, 7_000_000_001) == data


def test_another_person_chat_or_bot_reads_nothing() -> None:
    written = SIGNER.write(DATA, 5, 5)
    assert SIGNER.read(written, 5, 6) is None
    assert SIGNER.read(written, 6, 5) is None
    assert Signer("2:token").read(written, 5, 5) is None


@given(st.text(max_size=64))
def test_random_text_is_nothing(text: str) -> None:
    assert SIGNER.read(text, 5, 5) is None


@given(st.integers(0, 100), st.characters())
def test_a_changed_letter_is_nothing(place: int, letter: str) -> None:
    written = SIGNER.write(DATA, 5, 5)
    place %= len(written)
    changed = written[:place] + letter + written[place + 1 :]
    assert changed == written or SIGNER.read(changed, 5, 5) is None


def test_data_too_long_for_telegram_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 64"):
        SIGNER.write(ButtonData(Action.PASSAGE, "k" * 60), 5, 5)
