import pytest

from fizzbuzz import fizzbuzz, main, sequence


@pytest.mark.parametrize("number", [1, 2, 4, 7, 98])
def test_other_numbers_are_said_as_they_are(number):
    assert fizzbuzz(number) == str(number)


@pytest.mark.parametrize("number", [3, 6, 99])
def test_multiples_of_three_are_fizz(number):
    assert fizzbuzz(number) == "Fizz"


@pytest.mark.parametrize("number", [5, 10, 100])
def test_multiples_of_five_are_buzz(number):
    assert fizzbuzz(number) == "Buzz"


@pytest.mark.parametrize("number", [15, 30, 90])
def test_multiples_of_both_are_fizzbuzz(number):
    assert fizzbuzz(number) == "FizzBuzz"


def test_the_sequence_begins_at_one():
    assert sequence(5) == ["1", "2", "Fizz", "4", "Buzz"]


def test_the_sequence_includes_its_limit():
    assert len(sequence(100)) == 100
    assert sequence(15)[-1] == "FizzBuzz"


def test_a_limit_of_zero_says_nothing():
    assert sequence(0) == []


def test_other_rules_replace_the_classic_ones():
    assert sequence(8, {2: "Foo", 4: "Bar"}) == ["1", "Foo", "3", "FooBar", "5", "Foo", "7", "FooBar"]


def test_without_rules_only_numbers_are_said():
    assert sequence(3, {}) == ["1", "2", "3"]


@pytest.mark.parametrize("number", [0, -3])
def test_counting_starts_at_one(number):
    with pytest.raises(ValueError):
        fizzbuzz(number)


@pytest.mark.parametrize("number", [1.0, "3", None, True])
def test_only_whole_numbers_are_counted(number):
    with pytest.raises(TypeError):
        fizzbuzz(number)


def test_a_divisor_of_zero_is_refused():
    with pytest.raises(ValueError):
        fizzbuzz(3, {0: "Never"})


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError):
        sequence(-1)


def test_the_program_prints_one_line_a_number(capsys):
    assert main(["3"]) == 0
    assert capsys.readouterr().out == "1\n2\nFizz\n"


def test_the_program_counts_to_a_hundred_by_default(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Buzz"


def test_the_program_refuses_other_arguments(capsys):
    assert main(["many"]) == 2
    assert "usage" in capsys.readouterr().err
