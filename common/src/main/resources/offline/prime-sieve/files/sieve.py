"""The sieve of Eratosthenes."""

from math import isqrt


def primes_up_to(limit: int) -> list[int]:
    """Return all primes up to and with limit, ascending; none below 2. Takes one byte of memory a number."""
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise TypeError(f"a whole number is needed, not {type(limit).__name__}")
    if limit < 2:
        return []
    is_candidate = bytearray([1]) * (limit + 1)
    is_candidate[0] = is_candidate[1] = 0
    for number in range(2, isqrt(limit) + 1):
        if is_candidate[number]:
            multiples = range(number * number, limit + 1, number)
            is_candidate[number * number :: number] = bytes(len(multiples))
    return [number for number, stands in enumerate(is_candidate) if stands]
