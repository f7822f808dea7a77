"""Opens a model in ONNX form, to be run on the processor. The door to ONNX Runtime."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from corpus.hub import ModelNotFound


class Session(Protocol):
    """A model that is loaded."""

    def run(self, outputs: Sequence[str], given: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """What the model makes of what it is given, both by name."""


def open_session(file: Path) -> Session:
    """A session of a shipped model; each call of it runs in one thread, so that a busy host does not slow it.

    Raises:
        ModelNotFound: the file is missing or damaged.
    """
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1
    try:
        session: Session = InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library raises many kinds; all mean the same to the caller
        raise not_found(file, error) from error
    return session


def not_found(file: Path, error: Exception) -> ModelNotFound:
    """What is told where a file of a shipped model is missing or damaged."""
    return ModelNotFound(
        f"ไม่พบหรืออ่านโมเดล {file} ไม่ได้ ({error}) โปรดกู้คืนด้วย `git checkout -- corpus/sentence_model` "
        "/ the model is missing or damaged; restore it so"
    )
