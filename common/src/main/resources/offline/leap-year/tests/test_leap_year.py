import pytest

from leap_year import is_leap_year


@pytest.mark.parametrize("year", [4, 1996, 2024])
def test_every_fourth_year_is_one(year):
    assert is_leap_year(year) is True


@pytest.mark.parametrize("year", [1, 1999, 2023, 2026])
def test_other_years_are_none(year):
    assert is_leap_year(year) is False


@pytest.mark.parametrize("year, leap", [(1800, False), (1900, False), (2100, False), (1600, True), (2000, True)])
def test_of_whole_centuries_only_every_fourth_is_one(year, leap):
    assert is_leap_year(year) is leap


@pytest.mark.parametrize("year", [2024.0, "2024", None, True])
def test_only_whole_years_are_taken(year):
    with pytest.raises(TypeError):
        is_leap_year(year)
