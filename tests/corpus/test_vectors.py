"""Vectors as rows, and how they are multiplied."""

import subprocess
import sys

import numpy as np

from corpus.vectors import unit_rows


def test_rows_get_length_one_and_zeros_stay() -> None:
    rows = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert rows.tolist() == [[np.float32(0.6), np.float32(0.8)], [0.0, 0.0]]


def test_arrays_are_multiplied_in_one_thread() -> None:
    code = (
        "import numpy, threadpoolctl\n"
        "from corpus.vectors import multiply_in_one_thread\n"
        "multiply_in_one_thread()\n"
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info() if pool['user_api'] == 'blas'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{1}"
