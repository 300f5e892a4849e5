"""The check digit by the Luhn algorithm."""


def is_valid(number: str) -> bool:
    """Return whether the last digit is the check digit of those before it."""
    digits = number.replace(" ", "")
    if len(digits) < 2 or not (digits.isascii() and digits.isdigit()):
        return False
    return check_digit(digits[:-1]) == int(digits[-1])


def check_digit(payload: str) -> int:
    """Return the digit to put behind a text of digits."""
    if not (payload.isascii() and payload.isdigit()):
        raise ValueError(f"only digits have a check digit: {payload!r}")
    total = 0
    for place, digit in enumerate(reversed(payload)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10
