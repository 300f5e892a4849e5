import pytest

from collatz import steps


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, 0), (2, 1), (3, 7), (5, 5), (6, 8), (7, 16), (9, 19), (11, 14), (16, 4), (19, 20), (27, 111), (97, 118)],
)
def test_steps_of_a_number(number, expected):
    assert steps(number) == expected


@pytest.mark.parametrize("exponent", [3, 10, 40])
def test_a_power_of_two_is_halved_all_the_way(exponent):
    assert steps(2**exponent) == exponent


@pytest.mark.parametrize("number", [0, -1])
def test_there_are_no_steps_from_below_one(number):
    with pytest.raises(ValueError):
        steps(number)


@pytest.mark.parametrize("number", [1.5, "7", None, True])
def test_only_whole_numbers_have_steps(number):
    with pytest.raises(TypeError):
        steps(number)
