"""One thread a process, said before numpy is loaded: BLAS and OpenMP read it then and not later."""

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
    """Set this process's environment, which its children have too."""
    os.environ.update(ONE)


PARENT = "LONGTAIL_PARENT"
"""the process with which this one is to end"""
