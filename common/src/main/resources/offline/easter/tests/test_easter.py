from datetime import date

import pytest

from easter import easter


@pytest.mark.parametrize(
    "day",
    ["1913-03-23", "1961-04-02", "1999-04-04", "2008-03-23", "2016-03-27", "2024-03-31", "2026-04-05"],
)
def test_easter_of_recent_years(day):
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("day", ["1943-04-25", "2000-04-23", "2011-04-24", "2019-04-21", "2038-04-25"])
def test_easter_may_be_late(day):
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("day", ["1954-04-18", "1981-04-19"])
def test_easter_is_never_after_the_25th_of_april_nor_twice_on_it_in_a_cycle(day):
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("day", ["1598-03-22", "1761-03-22", "1818-03-22", "2285-03-22"])
def test_easter_of_other_centuries(day):
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("year", [1582, 0, -4])
def test_there_is_no_easter_before_the_calendar(year):
    with pytest.raises(ValueError):
        easter(year)


@pytest.mark.parametrize("year", [2024.0, "2024", None, True])
def test_only_whole_years_are_taken(year):
    with pytest.raises(TypeError):
        easter(year)
