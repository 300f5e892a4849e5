import pytest

from luhn import check_digit, is_valid


@pytest.mark.parametrize("number", ["79927398713", "4539 3195 0343 6467", "00"])
def test_right_numbers(number):
    assert is_valid(number) is True


@pytest.mark.parametrize("number", ["79927398710", "4539 3195 0343 6476", "01"])
def test_wrong_numbers(number):
    assert is_valid(number) is False


def test_a_single_digit():
    assert is_valid("0") is True


@pytest.mark.parametrize("number", ["", " ", "1-8", "a0", "0x0"])
def test_what_is_no_number(number):
    assert is_valid(number) is False


@pytest.mark.parametrize("payload, digit", [("7992739871", 3), ("0", 0), ("1", 8)])
def test_the_check_digit(payload, digit):
    assert check_digit(payload) == digit


@pytest.mark.parametrize("payload", ["", "1 2", "a"])
def test_only_digits_have_a_check_digit(payload):
    with pytest.raises(ValueError):
        check_digit(payload)
