import math

import pytest

from temperature import (
    celsius_to_fahrenheit,
    celsius_to_kelvin,
    convert,
    fahrenheit_to_celsius,
    fahrenheit_to_kelvin,
    kelvin_to_celsius,
    kelvin_to_fahrenheit,
)


@pytest.mark.parametrize("celsius, fahrenheit", [(0, 32), (100, 212), (-40, -40), (37, 98.6), (-273.15, -459.67)])
def test_celsius_and_fahrenheit(celsius, fahrenheit):
    assert celsius_to_fahrenheit(celsius) == pytest.approx(fahrenheit)
    assert fahrenheit_to_celsius(fahrenheit) == pytest.approx(celsius)


@pytest.mark.parametrize("celsius, kelvin", [(0, 273.15), (-273.15, 0), (26.85, 300)])
def test_celsius_and_kelvin(celsius, kelvin):
    assert celsius_to_kelvin(celsius) == pytest.approx(kelvin)
    assert kelvin_to_celsius(kelvin) == pytest.approx(celsius)


@pytest.mark.parametrize("fahrenheit, kelvin", [(32, 273.15), (-459.67, 0), (212, 373.15)])
def test_fahrenheit_and_kelvin(fahrenheit, kelvin):
    assert fahrenheit_to_kelvin(fahrenheit) == pytest.approx(kelvin)
    assert kelvin_to_fahrenheit(kelvin) == pytest.approx(fahrenheit)


def test_rankine_begins_at_absolute_zero():
    assert convert(0, "rankine", "kelvin") == 0
    assert convert(491.67, "rankine", "celsius") == pytest.approx(0)


def test_the_same_unit_changes_nothing():
    assert convert(21.5, "celsius", "celsius") == 21.5


@pytest.mark.parametrize("source, target", [("C", "F"), ("c", "f"), ("Celsius", "FAHRENHEIT"), (" celsius ", "f")])
def test_units_are_named_in_several_ways(source, target):
    assert convert(100, source, target) == 212


def test_results_carry_no_noise():
    assert celsius_to_kelvin(0.1) == 273.25


@pytest.mark.parametrize("value, unit", [(-273.16, "C"), (-459.68, "F"), (-0.01, "K"), (-1, "R")])
def test_nothing_is_colder_than_absolute_zero(value, unit):
    with pytest.raises(ValueError):
        convert(value, unit, "K")


@pytest.mark.parametrize("unit", ["", "X", "degrees", "kelvins"])
def test_unknown_units_are_refused(unit):
    with pytest.raises(ValueError):
        convert(1, unit, "C")
    with pytest.raises(ValueError):
        convert(1, "C", unit)


@pytest.mark.parametrize("value", ["10", None, True, [1]])
def test_only_numbers_are_converted(value):
    with pytest.raises(TypeError):
        convert(value, "C", "F")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_finite_numbers_are_converted(value):
    with pytest.raises(ValueError):
        convert(value, "C", "F")


def test_a_unit_must_be_text():
    with pytest.raises(TypeError):
        convert(1, 2, "C")


def test_the_way_there_and_back_ends_where_it_began():
    assert convert(convert(12.34, "F", "R"), "R", "F") == pytest.approx(12.34)
