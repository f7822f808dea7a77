"""Models of the Hugging Face hub: used offline from this machine, fetched by one command.

`prepare` must run before sentence-transformers, or torch, is imported: what it sets counts only then.
"""

import os
from pathlib import Path


class ModelNotFound(Exception):
    """No usable model where one was looked for; says where, and what to run."""


class ModelNotDownloaded(Exception):
    """A model could not be fetched from the hub. Thai first."""


def prepare() -> None:
    """Keep the hub out of it, and keep a busy host from slowing a query forty times.

    A hub that cannot be reached costs 70 s of retries. OpenMP's threads spin while they wait, which on a busy host
    takes the time from those that work.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def not_found(setting: str, name: str, kind: str, error: Exception) -> str:
    """What to say of a model that a setting names and that is not there."""
    here = Path(name).is_absolute() or name.startswith(".")
    where = "a folder on this machine" if here else "the hub's cache"
    return (
        f"ไม่พบโมเดล {name} ที่ตั้งไว้ใน {setting} / {setting} is {name!r}, and no {kind} of that name was found in {where} "
        f"({type(error).__name__}); to download it, run once `{download_command(name)}`"
    )


def not_installed(setting: str, name: str) -> str:
    """What to say where the libraries behind a model are missing."""
    return (
        f"โมเดล {name} ใน {setting} ต้องใช้ sentence-transformers ซึ่งยังไม่ได้ติดตั้ง / {setting} is {name!r}, which needs "
        'sentence-transformers; run `pip install -e ".[transformers]"`, or leave the setting empty'
    )


def download_command(name: str) -> str:
    """The one command that fetches a model from the hub; nothing else here ever does."""
    return f"python -m ingest download-model {name}"


def download(name: str) -> Path:
    """Fetch a model from the hub into its cache on this machine, with progress on standard error.

    Raises:
        ModelNotDownloaded: if the hub has no such model or cannot be reached.
    """
    os.environ["HF_HUB_OFFLINE"] = "0"
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelNotDownloaded(not_installed("EMBEDDING_MODEL", name)) from None
    try:
        # Weights of other frameworks are left where they are: they are as large again, and nothing here reads them.
        unread = ["*.onnx", "*.onnx_data", "onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot", "*.gguf", "imgs/*"]
        return Path(snapshot_download(name, ignore_patterns=unread))
    except Exception as error:  # the hub's library raises its own kinds, and those of the network below it
        raise ModelNotDownloaded(
            f"ดาวน์โหลดโมเดล {name} ไม่สำเร็จ โปรดตรวจชื่อโมเดลและการเชื่อมต่อ แล้วลองใหม่ "
            f"/ {name!r} could not be downloaded ({type(error).__name__}); check its name and the connection"
        ) from error
