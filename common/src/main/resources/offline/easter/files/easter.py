"""The date of Easter Sunday."""

from datetime import date, timedelta


def easter(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar."""
    if isinstance(year, bool) or not isinstance(year, int):
        raise TypeError(f"a year is a whole number, not {type(year).__name__}")
    if year < 1583:
        raise ValueError(f"the Gregorian calendar begins in 1583, after {year}")
    full_moon = (19 * (year % 19) + 24) % 30
    to_sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * full_moon + 5) % 7
    days = full_moon + to_sunday
    if days > 28:
        days -= 7  # some dates came out a week late
    return date(year, 3, 22) + timedelta(days=days)
