"""Roman numerals: whole numbers from 1 to 3999 to the standard form and back."""

import re

LOWEST = 1
HIGHEST = 3999

_VALUES = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
]
_STANDARD_FORM = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)


def to_roman(number: int) -> str:
    """Return the Roman numeral of a whole number, in capitals.

    Raises TypeError for anything but an int, and ValueError for a number outside of 1 to 3999.
    """
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {type(number).__name__}")
    if not LOWEST <= number <= HIGHEST:
        raise ValueError(f"{number} has no Roman numeral; use {LOWEST} to {HIGHEST}")
    numeral = []
    for value, letters in _VALUES:
        count, number = divmod(number, value)
        numeral.append(letters * count)
    return "".join(numeral)


def from_roman(numeral: str) -> int:
    """Return the number that a Roman numeral stands for; the case of its letters does not count.

    Raises TypeError for anything but a str, and ValueError for text that is not in the standard form.
    """
    if not isinstance(numeral, str):
        raise TypeError(f"a text is needed, not {type(numeral).__name__}")
    if not numeral or not _STANDARD_FORM.fullmatch(numeral):
        raise ValueError(f"{numeral!r} is no Roman numeral in standard form")
    number = 0
    rest = numeral.upper()
    for value, letters in _VALUES:
        while rest.startswith(letters):
            number += value
            rest = rest[len(letters) :]
    return number


def is_roman(text: str) -> bool:
    """Return whether the text is a Roman numeral in standard form."""
    return isinstance(text, str) and bool(text) and _STANDARD_FORM.fullmatch(text) is not None
