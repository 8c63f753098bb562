"""Environment for one thread per process; it must be set before numpy is loaded, when BLAS and OpenMP read it."""

import os

ONE = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
    ),
    "1",
)


def use_one_thread() -> None:
    """Set the environment of this process, which its children inherit."""
    os.environ.update(ONE)


PARENT = "LONGTAIL_PARENT"
"""variable with the id of the process with which this one ends"""
