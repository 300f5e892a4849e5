"""A stack: last in, first out."""

from __future__ import annotations

from collections.abc import Iterator


class Stack:
    """A stack of items, bounded if it has a capacity."""

    def __init__(self, capacity: int | None = None):
        if capacity is not None and capacity < 1:
            raise ValueError(f"the capacity must be at least 1, not {capacity}")
        self._capacity = capacity
        self._items = []

    def push(self, item: object) -> None:
        """Put an item on top; raise OverflowError if the stack is full."""
        if self._capacity is not None and len(self._items) >= self._capacity:
            raise OverflowError(f"the stack is full with {self._capacity} items")
        self._items.append(item)

    def pop(self) -> object:
        """Take the top item off and return it; raise IndexError if the stack is empty."""
        self._require_item()
        return self._items.pop()

    def peek(self) -> object:
        """Return the top item, which stays; raise IndexError if the stack is empty."""
        self._require_item()
        return self._items[-1]

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
        return reversed(tuple(self._items))

    def __repr__(self) -> str:
        return f"Stack({self._items!r})"

    def _require_item(self):
        if not self._items:
            raise IndexError("the stack is empty")
