import pytest

from fibonacci import fibonacci, is_fibonacci, sequence

FIRST = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]


@pytest.mark.parametrize("position, number", enumerate(FIRST))
def test_the_first_numbers(position, number):
    assert fibonacci(position) == number


def test_a_large_number_is_exact():
    assert fibonacci(100) == 354224848179261915075


def test_a_very_large_position_is_no_problem():
    assert fibonacci(10_000) == fibonacci(9_999) + fibonacci(9_998)


def test_the_sequence_begins_with_zero():
    assert sequence(12) == FIRST


@pytest.mark.parametrize("count, expected", [(0, []), (1, [0]), (2, [0, 1])])
def test_short_sequences(count, expected):
    assert sequence(count) == expected


def test_sequence_and_position_agree():
    assert sequence(200) == [fibonacci(position) for position in range(200)]


@pytest.mark.parametrize("number", [*FIRST, 354224848179261915075])
def test_numbers_of_the_sequence_are_recognised(number):
    assert is_fibonacci(number) is True


@pytest.mark.parametrize("number", [-1, 4, 6, 7, 88, 354224848179261915074])
def test_other_numbers_are_recognised(number):
    assert is_fibonacci(number) is False


@pytest.mark.parametrize("function", [fibonacci, sequence])
def test_nothing_is_negative(function):
    with pytest.raises(ValueError):
        function(-1)


@pytest.mark.parametrize("function", [fibonacci, sequence, is_fibonacci])
@pytest.mark.parametrize("value", [1.0, "1", None, True])
def test_only_whole_numbers_are_taken(function, value):
    with pytest.raises(TypeError):
        function(value)
