"""Vectors as rows of an array. The only door to threadpoolctl."""

import numpy as np
from numpy.typing import NDArray


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows, shape (n, d), each scaled to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0), dtype=np.float32)


def multiply_in_one_thread() -> None:
    """Let this process multiply arrays in the thread that asks for it.

    A question multiplies small ones. Several threads take no less time for that, and spend more of the processor on
    waiting for each other than on the products: at 10,000 passages two thirds of all that a question took.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")
