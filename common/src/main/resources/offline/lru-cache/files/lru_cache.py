"""A cache of limited size that drops what was used least recently."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class LRUCache:
    """Keeps at most so many entries as its capacity; all operations but keys take constant time."""

    def __init__(self, capacity: int):
        if isinstance(capacity, bool) or not isinstance(capacity, int):
            raise TypeError(f"the capacity must be a whole number, not {type(capacity).__name__}")
        if capacity < 1:
            raise ValueError(f"the capacity must be at least 1, not {capacity}")
        self._capacity = capacity
        self._entries = OrderedDict()  # the one used least recently first

    @property
    def capacity(self) -> int:
        """How many entries there may be."""
        return self._capacity

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value of a key and count that as a use, or return default if the key is not there."""
        if key not in self._entries:
            return default
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value under a key and count that as a use; a full cache drops the key used least recently."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def delete(self, key: Hashable) -> bool:
        """Drop a key and return whether it was there."""
        if key not in self._entries:
            return False
        del self._entries[key]
        return True

    def keys(self) -> list:
        """Return all keys, the one used most recently first."""
        return list(reversed(self._entries))

    def clear(self) -> None:
        """Drop everything."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def __repr__(self) -> str:
        return f"LRUCache(capacity={self._capacity}, entries={dict(self._entries)!r})"
