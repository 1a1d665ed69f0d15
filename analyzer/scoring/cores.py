"""Arithmetic on one core. Deals are few: threads that wait for each other take several times as long as one alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[None]:
    """What scikit-learn and the linear algebra below it compute meanwhile, they compute in one thread."""
    # A library's threads can be limited only once it is there.
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
