"""Questions about single primes, answered with the sieve."""

from math import isqrt, log

from sieve import primes_up_to


def is_prime(number: int) -> bool:
    """Return whether the number is prime; no number below 2 is."""
    _require_whole(number)
    return number >= 2 and all(number % prime for prime in primes_up_to(isqrt(number)))


def nth_prime(position: int) -> int:
    """Return the prime at a position; the first prime, 2, is at position 1."""
    _require_whole(position)
    if position < 1:
        raise ValueError(f"positions start at 1, not at {position}")
    # Rosser: the n-th prime is below n (ln n + ln ln n) from n = 6 on.
    bound = 13 if position < 6 else int(position * (log(position) + log(log(position)))) + 1
    return primes_up_to(bound)[position - 1]


def prime_factors(number: int) -> list[int]:
    """Return the prime factors of a number, ascending, each as often as it divides the number."""
    _require_whole(number)
    if number < 1:
        raise ValueError(f"only numbers from 1 on have prime factors, not {number}")
    factors = []
    divisor = 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    if number > 1:
        factors.append(number)
    return factors


def _require_whole(number):
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {type(number).__name__}")
