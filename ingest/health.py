"""Is a text fit to be cited? Figures that tell sound Thai from a broken text layer."""

from dataclasses import dataclass

from corpus import thai

# Sound Thai text shows about 0.6 % of its letters outside the dictionary, damaged files 3.4 to 53 %. Names and new
# terms raise the share of a sound text, so only a clearly higher one is called sick.
UNKNOWN_SHARE_LIMIT = 0.12
MINIMUM_LETTERS = 200


@dataclass(frozen=True)
class Health:
    """Figures of one text: shares are of its Thai letters, 0 to 1."""

    thai_letters: int
    unknown_share: float
    broken_characters: int

    @property
    def is_sound(self) -> bool:
        if self.broken_characters:
            return False
        return self.thai_letters < MINIMUM_LETTERS or self.unknown_share <= UNKNOWN_SHARE_LIMIT

    @property
    def reason(self) -> str:
        """Why the text is not sound, Thai first; empty where it is."""
        if self.is_sound:
            return ""
        if self.broken_characters:
            return f"มีอักขระเสีย {self.broken_characters} ตัว / {self.broken_characters} broken characters"
        share = f"{self.unknown_share:.0%}"
        return f"คำที่ไม่รู้จัก {share} ของตัวอักษร อาจเป็นข้อความเพี้ยนจาก PDF / {share} of letters in unknown words"


def measure(text: str) -> Health:
    """The health of a repaired text."""
    pieces = [w for w in thai.words(text) if "\u0e01" <= w[0] <= "\u0e4e"]
    letters = sum(len(piece) for piece in pieces)
    unknown = sum(len(piece) for piece in pieces if not thai.is_known_word(piece))
    broken = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" for c in text)
    return Health(letters, unknown / letters if letters else 0.0, broken)
