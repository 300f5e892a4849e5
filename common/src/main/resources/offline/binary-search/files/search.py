"""Binary search: looks for items in ascending sequences in logarithmic time."""

from collections.abc import Sequence
from typing import Any

NOT_FOUND = -1


def binary_search(items: Sequence, target: Any) -> int:
    """Return an index at which target stands in the ascending items, or -1 if it is not there."""
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == target:
            return middle
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return NOT_FOUND


def insertion_point(items: Sequence, target: Any) -> int:
    """Return the lowest index at which target can be inserted so that the items stay ascending."""
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle
    return low


def first_index(items: Sequence, target: Any) -> int:
    """Return the lowest index at which target stands in the ascending items, or -1 if it is not there."""
    index = insertion_point(items, target)
    return index if index < len(items) and items[index] == target else NOT_FOUND


def last_index(items: Sequence, target: Any) -> int:
    """Return the highest index at which target stands in the ascending items, or -1 if it is not there."""
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if target < items[middle]:
            high = middle
        else:
            low = middle + 1
    return low - 1 if low > 0 and items[low - 1] == target else NOT_FOUND
