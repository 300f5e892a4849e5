"""A queue: first in, first out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator


class Queue:
    """A queue of items, bounded if it has a capacity."""

    def __init__(self, capacity: int | None = None):
        if capacity is not None and capacity < 1:
            raise ValueError(f"the capacity must be at least 1, not {capacity}")
        self._capacity = capacity
        self._items = deque()

    def enqueue(self, item: object) -> None:
        """Put an item at the back; raise OverflowError if the queue is full."""
        if self._capacity is not None and len(self._items) >= self._capacity:
            raise OverflowError(f"the queue is full with {self._capacity} items")
        self._items.append(item)

    def dequeue(self) -> object:
        """Take the front item out and return it; raise IndexError if the queue is empty."""
        self._require_item()
        return self._items.popleft()

    def peek(self) -> object:
        """Return the front item, which stays; raise IndexError if the queue is empty."""
        self._require_item()
        return self._items[0]

    def is_empty(self) -> bool:
        """Return whether there is no item."""
        return not self._items

    def size(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def clear(self) -> None:
        """Drop all items."""
        self._items.clear()

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[object]:
        return iter(tuple(self._items))

    def __repr__(self) -> str:
        return f"Queue({list(self._items)!r})"

    def _require_item(self):
        if not self._items:
            raise IndexError("the queue is empty")
