"""Word vectors to start from: latent semantic analysis by a randomised singular value decomposition.

Method: Halko, Martinsson and Tropp, "Finding structure with randomness" (2011), algorithm 4.4.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, svd
from scipy.sparse import csr_array


def word_vectors(texts: csr_array, dimensions: int, *, seed: int, iterations: int = 2) -> NDArray[np.float32]:
    """Vectors of the columns of a texts × words matrix, shape (words, dimensions): the right singular vectors.

    Folding a text in is then a plain weighted sum of its words' rows. A word's row is not of unit length:
    words of the leading topics are longer.
    """
    random = np.random.default_rng(seed)
    width = min(dimensions + 32, *texts.shape)
    transposed = csr_array(texts.T)
    basis = random.standard_normal((texts.shape[1], width)).astype(np.float32)
    for _ in range(iterations + 1):
        basis = qr(texts @ basis, mode="economic", overwrite_a=True, check_finite=False)[0]
        basis = transposed @ basis
    # `basis` is now textsᵀ·Q: its left singular vectors are the words' directions.
    left, _, _ = svd(basis, full_matrices=False, overwrite_a=True, check_finite=False)
    return np.ascontiguousarray(left[:, :dimensions], dtype=np.float32)
