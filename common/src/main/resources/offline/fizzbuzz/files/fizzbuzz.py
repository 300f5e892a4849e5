"""FizzBuzz: counting, with words in place of the multiples of chosen numbers."""

from __future__ import annotations

import sys

CLASSIC = {3: "Fizz", 5: "Buzz"}


def fizzbuzz(number: int, rules: dict[int, str] | None = None) -> str:
    """Return what is said at a number: the words of all its divisors, or else the number itself.

    Raises TypeError for anything but an int, and ValueError for a number or divisor below 1.
    """
    _require_whole(number)
    if number < 1:
        raise ValueError(f"counting starts at 1, not at {number}")
    said = []
    for divisor, word in (CLASSIC if rules is None else rules).items():
        _require_whole(divisor)
        if divisor < 1:
            raise ValueError(f"a divisor must be at least 1, not {divisor}")
        if number % divisor == 0:
            said.append(word)
    return "".join(said) or str(number)


def sequence(limit: int, rules: dict[int, str] | None = None) -> list[str]:
    """Return what is said from 1 up to and with limit; raise ValueError if it is negative."""
    _require_whole(limit)
    if limit < 0:
        raise ValueError(f"the limit must not be negative: {limit}")
    return [fizzbuzz(number, rules) for number in range(1, limit + 1)]


def main(arguments: list[str] | None = None) -> int:
    """Print the sequence up to the number given, 100 by default."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) > 1 or not all(text.isdecimal() for text in given):
        print("usage: fizzbuzz.py [LIMIT]", file=sys.stderr)
        return 2
    for line in sequence(int(given[0]) if given else 100):
        print(line)
    return 0


def _require_whole(number):
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {type(number).__name__}")


if __name__ == "__main__":
    sys.exit(main())
