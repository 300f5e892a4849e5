"""Fibonacci numbers, exact for any size."""

from itertools import islice
from math import isqrt


def fibonacci(position: int) -> int:
    """Return the Fibonacci number at a position, 0 being at 0; takes logarithmically many steps."""
    _require_count(position, "position")
    return _pair(position)[0]


def sequence(count: int) -> list[int]:
    """Return the first Fibonacci numbers, so many as count, from 0 on."""
    _require_count(count, "count")
    return list(islice(_endless(), count))


def is_fibonacci(number: int) -> bool:
    """Return whether a number occurs in the sequence."""
    _require_whole(number, "number")
    # Gessel: exactly then one of 5 n^2 + 4 and 5 n^2 - 4 is a square.
    return number >= 0 and (_is_square(5 * number * number + 4) or _is_square(5 * number * number - 4))


def _endless():
    current, following = 0, 1
    while True:
        yield current
        current, following = following, current + following


def _pair(position):
    """The numbers at a position and after it, by doubling."""
    if position == 0:
        return 0, 1
    current, following = _pair(position // 2)
    even = current * (2 * following - current)
    odd = current * current + following * following
    return (odd, even + odd) if position % 2 else (even, odd)


def _is_square(number):
    return number >= 0 and isqrt(number) ** 2 == number


def _require_count(value, name):
    _require_whole(value, name)
    if value < 0:
        raise ValueError(f"the {name} must not be negative: {value}")


def _require_whole(value, name):
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"the {name} must be a whole number, not {type(value).__name__}")
