"""Several documents under way at once, their results taken one by one in the order they were asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def work_ahead(work: Callable[[T], R], items: Sequence[T], ahead: int, may_begin: Callable[[], bool]) -> Iterator[R]:
    """The results of ``items`` in their order, up to ``ahead`` of them under way at once.

    No item is begun once ``may_begin`` says no; what is under way is still given, so the results may be fewer than the
    items. Where an item's work raises, its error comes in its turn; those after it are given up.
    """
    left = iter(items)
    under_way: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(ahead)
    try:
        while True:
            while len(under_way) < ahead and may_begin():
                item = next(left, None)
                if item is None:
                    break
                under_way.append(pool.submit(work, item))
            if not under_way:
                return
            yield under_way.popleft().result()
    finally:
        # A caller that was stopped does not wait for what it no longer wants.
        pool.shutdown(wait=False, cancel_futures=True)
