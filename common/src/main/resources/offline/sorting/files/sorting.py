"""Sorting algorithms; each returns a new list, leaves its argument alone and keeps the order of equal items."""

from collections.abc import Iterable
from typing import Any


def bubble_sort(items: Iterable[Any], reverse: bool = False) -> list:
    """Sort by swapping neighbours; quadratic, but linear for what is sorted already."""
    result = list(items)
    for end in range(len(result) - 1, 0, -1):
        is_sorted_already = True
        for index in range(end):
            if _precedes(result[index + 1], result[index], reverse):
                result[index], result[index + 1] = result[index + 1], result[index]
                is_sorted_already = False
        if is_sorted_already:
            break
    return result


def insertion_sort(items: Iterable[Any], reverse: bool = False) -> list:
    """Sort by inserting each item among those before it; quadratic, and quick for a few items."""
    result = list(items)
    for index in range(1, len(result)):
        item = result[index]
        place = index
        while place > 0 and _precedes(item, result[place - 1], reverse):
            result[place] = result[place - 1]
            place -= 1
        result[place] = item
    return result


def merge_sort(items: Iterable[Any], reverse: bool = False) -> list:
    """Sort by merging sorted halves, in n log n steps for any order."""
    result = list(items)
    if len(result) < 2:
        return result
    middle = len(result) // 2
    return _merge(merge_sort(result[:middle], reverse), merge_sort(result[middle:], reverse), reverse)


def quick_sort(items: Iterable[Any], reverse: bool = False) -> list:
    """Sort by parting the items at the one in the middle, in n log n steps for most orders."""
    done = []
    waiting = [list(items)]
    # A stack of parts instead of recursion, so that an unlucky order cannot exhaust Python's own.
    while waiting:
        part = waiting.pop()
        if len(part) < 2:
            done.extend(part)
            continue
        pivot = part[len(part) // 2]
        before = [item for item in part if _precedes(item, pivot, reverse)]
        after = [item for item in part if _precedes(pivot, item, reverse)]
        equal = [item for item in part if not _precedes(item, pivot, reverse) and not _precedes(pivot, item, reverse)]
        if not before and not after:
            done.extend(equal)
            continue
        waiting += [after, equal, before]
    return done


def is_sorted(items: Iterable[Any], reverse: bool = False) -> bool:
    """Return whether the items are in ascending order, or descending with reverse."""
    listed = list(items)
    return not any(_precedes(later, earlier, reverse) for earlier, later in zip(listed, listed[1:]))


def _precedes(one, other, reverse):
    return other < one if reverse else one < other


def _merge(left, right, reverse):
    merged = []
    from_left = from_right = 0
    while from_left < len(left) and from_right < len(right):
        if _precedes(right[from_right], left[from_left], reverse):
            merged.append(right[from_right])
            from_right += 1
        else:
            merged.append(left[from_left])
            from_left += 1
    return merged + left[from_left:] + right[from_right:]
