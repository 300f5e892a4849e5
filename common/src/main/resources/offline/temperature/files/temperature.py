"""Converts temperatures between Celsius, Fahrenheit, Kelvin and Rankine."""

import math

# A unit's value is kelvin * scale + offset.
_UNITS = {
    "celsius": (1.0, -273.15),
    "fahrenheit": (1.8, -459.67),
    "kelvin": (1.0, 0.0),
    "rankine": (1.8, 0.0),
}
_SHORT = {name[0]: name for name in _UNITS}

# Hides the last digits, which are only those of binary fractions.
_DECIMALS = 10


def convert(value: float, source: str, target: str) -> float:
    """Return a temperature in another unit, rounded to 10 decimals.

    Units are celsius, fahrenheit, kelvin and rankine, or their first letters, in either case. Raises TypeError for
    anything but a number, and ValueError for an unknown unit or a temperature that cannot be.
    """
    from_scale, from_offset = _unit(source)
    to_scale, to_offset = _unit(target)
    _require_possible(value, source, from_offset)
    converted = (value - from_offset) / from_scale * to_scale + to_offset
    return round(converted, _DECIMALS)


def celsius_to_fahrenheit(value: float) -> float:
    """Return a temperature in Fahrenheit."""
    return convert(value, "celsius", "fahrenheit")


def fahrenheit_to_celsius(value: float) -> float:
    """Return a temperature in Celsius."""
    return convert(value, "fahrenheit", "celsius")


def celsius_to_kelvin(value: float) -> float:
    """Return a temperature in Kelvin."""
    return convert(value, "celsius", "kelvin")


def kelvin_to_celsius(value: float) -> float:
    """Return a temperature in Celsius."""
    return convert(value, "kelvin", "celsius")


def fahrenheit_to_kelvin(value: float) -> float:
    """Return a temperature in Kelvin."""
    return convert(value, "fahrenheit", "kelvin")


def kelvin_to_fahrenheit(value: float) -> float:
    """Return a temperature in Fahrenheit."""
    return convert(value, "kelvin", "fahrenheit")


def _unit(name):
    if not isinstance(name, str):
        raise TypeError(f"a unit is a text, not {type(name).__name__}")
    lower = name.strip().lower()
    full = _SHORT.get(lower, lower)
    if full not in _UNITS:
        raise ValueError(f"{name!r} is no unit of temperature; use one of {', '.join(_UNITS)}")
    return _UNITS[full]


def _require_possible(value, unit, absolute_zero):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"a temperature is a number, not {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"a temperature is finite, not {value}")
    if value < absolute_zero:
        raise ValueError(f"{value} {unit} is below absolute zero ({absolute_zero})")
