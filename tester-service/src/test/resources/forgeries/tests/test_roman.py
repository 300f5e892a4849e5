import pytest
import roman

EXPECTED = "IV"


def check(number, expected):
    given = roman.to_roman(number)
    assert given == expected
    return given


@pytest.mark.parametrize("number, text", [(1, "I"), (9, "IX")])
def test_numbers(number, text):
    given = roman.to_roman(number)
    assert given == text


def test_four():
    check(4, EXPECTED)


def test_zero_is_refused():
    with pytest.raises(ValueError):
        roman.to_roman(0)
