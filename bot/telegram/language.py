"""In which language a person is spoken to. Answers are Thai, as the documents are; this is about all the rest."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """`BOTH` is for people whose Telegram is not in Thai and who have not chosen: Thai first, English below."""

    THAI = "th"
    ENGLISH = "en"
    BOTH = "both"

    @classmethod
    def named(cls, name: str) -> "Language | None":
        """The language that somebody calls by its code or its name; None for any other word."""
        return {"th": cls.THAI, "thai": cls.THAI, "ไทย": cls.THAI, "en": cls.ENGLISH, "english": cls.ENGLISH}.get(
            name.lower()
        )

    @classmethod
    def of_telegram(cls, code: str | None) -> "Language":
        """The language for a person's Telegram language code (IETF), until they choose one."""
        return cls.THAI if not code or code.lower().startswith("th") else cls.BOTH


@dataclass(frozen=True)
class Sentence:
    """One fixed sentence, plain text, with `{names}` of what is filled in."""

    thai: str
    english: str

    def to(self, language: Language, **values: object) -> str:
        """The sentence for a reader of the language."""
        texts = {
            Language.THAI: (self.thai,),
            Language.ENGLISH: (self.english,),
            Language.BOTH: (self.thai, self.english),
        }[language]
        return "\n".join(text.format(**values) for text in texts)

    def label(self, language: Language, **values: object) -> str:
        """The same in one language, for buttons and titles, where there is no room for two."""
        return (self.english if language is Language.ENGLISH else self.thai).format(**values)
