"""Leap years of the Gregorian calendar."""


def is_leap_year(year: int) -> bool:
    """Return whether a year has a 29th of February."""
    if isinstance(year, bool) or not isinstance(year, int):
        raise TypeError(f"a year is a whole number, not {type(year).__name__}")
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
