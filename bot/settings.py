"""Every setting, read once from the environment and `.env`, and checked together."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.remote import EmbeddingServer
from corpus.store import ADDRESS as CHROMA_ADDRESS

TELEGRAM_API = "https://api.telegram.org/bot"
TELEGRAM_FILES = "https://api.telegram.org/file/bot"


class SettingsError(Exception):
    """The settings cannot be used; the message lists every problem, Thai first."""


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _numbers(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _nothing(value: object) -> object:
    return (value.strip() or None) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_strip)]
Numbers = Annotated[frozenset[int], NoDecode, BeforeValidator(_numbers)]
# A limit that is left empty is none; 0 lets nothing pass.
Limit = Annotated[int | None, BeforeValidator(_nothing)]


class Access(StrEnum):
    """Whom the bot answers: everybody, from public documents, or members only."""

    OPEN = "open"
    MEMBERS = "members"


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

    chroma_url: SecretStr = Field(SecretStr(""), description="A Chroma server, http(s)://host:port. Empty: embedded.")

    telegram_bot_token: SecretStr = Field(SecretStr(""), description="From @BotFather. Empty: the preview page.")
    telegram_api_url: Text = Field(TELEGRAM_API, description="Bot API base; ends in /bot.")
    telegram_file_url: Text = Field(TELEGRAM_FILES, description="Bot API file base; ends in /file/bot.")

    telegram_webhook_url: Text = Field("", description="Address that Telegram posts to. Empty: long polling.")
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), validate_default=True, description="Telegram shows it with each update."
    )
    telegram_webhook_listen: Text = Field("127.0.0.1:8443", description="Where the bot takes them (host:port).")
    metrics_listen: Text = Field("", description="Where /metrics, /health and /ready are (host:port). Empty: nowhere.")

    access: Annotated[Access, BeforeValidator(_strip)] = Field(
        Access.OPEN, description="open: anybody may ask of public documents; members: invited people only."
    )
    admin_ids: Numbers = Field(frozenset(), description="Telegram numbers of the first admins, parted by commas.")
    invite_hours: int = Field(72, ge=1, le=24 * 90, description="Hours that an invitation holds.")

    limit_user_per_minute: Limit = Field(None, ge=0, description="Messages a minute of one person.")
    limit_user_per_day: Limit = Field(None, ge=0, description="Questions a day of one person.")
    limit_all_per_minute: Limit = Field(None, ge=0, description="Messages a minute of everybody together.")
    limit_all_per_day: Limit = Field(None, ge=0, description="Questions a day of everybody together.")
    limit_user_tokens_per_day: Limit = Field(None, ge=0, description="Tokens of the chat model a day for one person.")
    limit_all_tokens_per_day: Limit = Field(None, ge=0, description="Tokens of the chat model a day for everybody.")

    retention_days: Annotated[int | None, BeforeValidator(_nothing)] = Field(
        90, ge=1, description="Days that conversations, shown answers and feedback are kept; empty: until deleted."
    )
    keep_unanswered: bool = Field(True, description="Keep questions without an answer, for eval sets.")
    stream_answers: bool = Field(True, description="Let an answer of a chat model grow while it is written.")

    preview_listen: Text = Field("127.0.0.1:8080", description="Where the preview page listens (host:port).")
    preview_anywhere: bool = Field(False, description="Allow PREVIEW_LISTEN to be reached from other machines.")

    embedding_model: Text = Field(
        "", description="Empty: the shipped model. Else a sentence-transformers name or path."
    )

    embedding_base_url: Text = Field("", description="Where EMBEDDING_MODEL `provider:name` is served; empty: theirs.")
    embedding_api_key: SecretStr = Field(SecretStr(""), description="Key for that server.")
    reranker_model: Text = Field("", description="A cross-encoder's name or path. Empty: none.")
    reranker_budget_ms: int = Field(1000, gt=0, le=60_000, description="Milliseconds a question may be reranked for.")

    chat_model: Text = Field(
        "", description="`provider:name` for LangChain, e.g. openai:typhoon-v2. Empty: extractive."
    )
    chat_base_url: Text = Field("", description="Address of an OpenAI-compatible server; empty: the provider's own.")
    chat_api_key: SecretStr = Field(SecretStr(""), description="Key for the chat model.")
    chat_timeout_s: float = Field(30.0, gt=0, le=600, description="Seconds a model may take for one answer, in all.")

    chat_price_prompt: float = Field(0.0, ge=0, description="Price of a million prompt tokens; 0: costs are not told.")
    chat_price_completion: float = Field(0.0, ge=0, description="Price of a million tokens that a model writes.")

    log_level: Text = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: Text = Field("text", description="text: lines for people. json: one JSON object a line.")

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

    @field_validator("chroma_url")
    @classmethod
    def _is_a_server(cls, value: SecretStr) -> SecretStr:
        address = value.get_secret_value().strip()
        if address and not CHROMA_ADDRESS.fullmatch(address):
            raise ValueError("must be http://host:port or https://host:port")
        return SecretStr(address)

    @field_validator("telegram_webhook_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must be an https address")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _is_fit_for_a_header(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("must be 1 to 256 of A-Z a-z 0-9 _ -")
        return value

    @field_validator("telegram_webhook_listen", "metrics_listen")
    @classmethod
    def _is_host_and_port(cls, value: str) -> str:
        if value and not re.fullmatch(r"([\w.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}", value):
            raise ValueError("must be host:port, for instance 127.0.0.1:8443")
        return value

    @field_validator("log_format")
    @classmethod
    def _is_a_format(cls, value: str) -> str:
        if value not in ("text", "json"):
            raise ValueError("must be text or json")
        return value

    @field_validator("telegram_webhook_secret", "telegram_webhook_listen")
    @classmethod
    def _is_there_for_a_webhook(cls, value: SecretStr | str, others: ValidationInfo) -> SecretStr | str:
        """Asked field by field, since what is asked of all settings together is asked only once each is right."""
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if others.data.get("telegram_webhook_url") and not given:
            raise ValueError("must be set with TELEGRAM_WEBHOOK_URL")
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
    def embedding_server(self) -> EmbeddingServer:
        """Where embeddings come from, if from a server."""
        return EmbeddingServer(self.embedding_base_url, self.embedding_api_key.get_secret_value())

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must never be printed."""
        urls = (self.database_url.get_secret_value(), self.chroma_url.get_secret_value())
        passwords = [urlsplit(url).password or "" for url in urls]
        secrets = (self.telegram_bot_token, self.telegram_webhook_secret, self.chat_api_key, self.embedding_api_key)
        values = [secret.get_secret_value() for secret in secrets] + [*passwords, *map(unquote, passwords)]
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
