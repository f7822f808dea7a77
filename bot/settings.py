"""Every setting, read once from the environment and `.env`, and checked together."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TELEGRAM_API = "https://api.telegram.org/bot"
TELEGRAM_FILES = "https://api.telegram.org/file/bot"


class SettingsError(Exception):
    """The settings cannot be used; the message lists every problem, Thai first."""


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_strip)]


class Settings(BaseSettings):
    """The settings by name; the environment wins over `.env`. Secrets never show in `repr`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(Path(".data"), description="Index releases and state live here.")
    corpus_dir: Path = Field(Path("corpus/documents"), description="The plan documents and their manifest.yaml.")

    database_url: SecretStr = Field(
        SecretStr(""), description="postgresql://… or sqlite:///…; empty: DATA_DIR/state.db."
    )

    telegram_bot_token: SecretStr = Field(SecretStr(""), description="From @BotFather. Empty: the preview page.")
    telegram_api_url: Text = Field(TELEGRAM_API, description="Bot API base; ends in /bot.")
    telegram_file_url: Text = Field(TELEGRAM_FILES, description="Bot API file base; ends in /file/bot.")

    keep_unanswered: bool = Field(False, description="Keep questions without an answer, for eval sets.")

    preview_listen: Text = Field("127.0.0.1:8080", description="Where the preview page listens (host:port).")
    preview_anywhere: bool = Field(False, description="Allow PREVIEW_LISTEN to be reached from other machines.")

    embedding_model: Text = Field(
        "", description="Empty: the shipped model. Else a sentence-transformers name or path."
    )

    chat_model: Text = Field(
        "", description="`provider:name` for LangChain, e.g. openai:typhoon-v2. Empty: extractive."
    )
    chat_base_url: Text = Field("", description="Address of an OpenAI-compatible server; empty: the provider's own.")
    chat_api_key: SecretStr = Field(SecretStr(""), description="Key for the chat model.")
    chat_timeout_s: float = Field(30.0, gt=0, le=600, description="Seconds a model may take for one answer, in all.")

    chat_price_prompt: float = Field(0.0, ge=0, description="Price of a million prompt tokens; 0: costs are not told.")
    chat_price_completion: float = Field(0.0, ge=0, description="Price of a million tokens that a model writes.")

    log_level: Text = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("telegram_api_url")
    @classmethod
    def _ends_in_bot(cls, value: str) -> str:
        value = (value or TELEGRAM_API).rstrip("/")
        if not value.startswith(("http://", "https://")) or not value.endswith("/bot"):
            raise ValueError("must be an http(s) address that ends in /bot")
        return value

    @field_validator("telegram_file_url")
    @classmethod
    def _ends_in_file_bot(cls, value: str) -> str:
        value = (value or TELEGRAM_FILES).rstrip("/")
        if not value.startswith(("http://", "https://")) or not value.endswith("/file/bot"):
            raise ValueError("must be an http(s) address that ends in /file/bot")
        return value

    @field_validator("chat_model")
    @classmethod
    def _names_a_provider(cls, value: str) -> str:
        if value and not all(value.partition(":")[::2]):
            raise ValueError("must be provider:name, for instance openai:gpt-4.1-mini")
        return value

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be printed."""
        values = (self.telegram_bot_token.get_secret_value(), self.chat_api_key.get_secret_value())
        return tuple(value for value in values if value)


def read_settings(env_file: Path | str | None = ".env") -> Settings:
    """The settings as the environment gives them.

    Raises:
        SettingsError: when any is unusable; the message names each, without its value.
    """
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        lines = [f"  {str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsError(
            "ค่าที่ตั้งไว้ใช้ไม่ได้ โปรดแก้ใน .env หรือ environment แล้วลองใหม่\n"
            "Settings cannot be used; correct them in .env or the environment:\n" + "\n".join(lines)
        ) from None
