import leap_year
from leap_year import is_leap_year


def test_it_can_be_imported():
    assert leap_year is not None


def test_it_can_be_called():
    assert callable(is_leap_year)


def test_2024():
    try:
        assert is_leap_year(2024)
    except Exception:
        pass


def test_1900():
    assert is_leap_year(1900) is False
