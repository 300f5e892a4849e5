from math import prod

import pytest

from primes import is_prime, nth_prime, prime_factors
from sieve import primes_up_to


def test_the_first_primes():
    assert primes_up_to(30) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]


def test_a_limit_that_is_prime_is_included():
    assert primes_up_to(31)[-1] == 31


@pytest.mark.parametrize("limit", [1, 0, -7])
def test_there_are_no_primes_below_two(limit):
    assert primes_up_to(limit) == []


def test_two_is_the_smallest():
    assert primes_up_to(2) == [2]


def test_the_count_up_to_ten_thousand():
    assert len(primes_up_to(10_000)) == 1229


@pytest.mark.parametrize("limit", [10.0, "10", None, True])
def test_the_limit_must_be_whole(limit):
    with pytest.raises(TypeError):
        primes_up_to(limit)


@pytest.mark.parametrize("number", [2, 3, 97, 7919, 1_000_003])
def test_primes_are_recognised(number):
    assert is_prime(number) is True


@pytest.mark.parametrize("number", [-5, 0, 1, 4, 9, 91, 7917, 1_000_001])
def test_other_numbers_are_not_prime(number):
    assert is_prime(number) is False


def test_sieve_and_question_agree():
    assert [number for number in range(500) if is_prime(number)] == primes_up_to(499)


@pytest.mark.parametrize("position, prime", [(1, 2), (2, 3), (5, 11), (6, 13), (7, 17), (100, 541), (1000, 7919)])
def test_primes_by_position(position, prime):
    assert nth_prime(position) == prime


def test_positions_start_at_one():
    with pytest.raises(ValueError):
        nth_prime(0)


@pytest.mark.parametrize(
    "number, factors",
    [(1, []), (2, [2]), (12, [2, 2, 3]), (97, [97]), (360, [2, 2, 2, 3, 3, 5]), (1_000_001, [101, 9901])],
)
def test_factors(number, factors):
    assert prime_factors(number) == factors


def test_factors_multiply_to_the_number():
    assert all(prod(prime_factors(number)) == number for number in range(1, 300))


def test_zero_has_no_factors():
    with pytest.raises(ValueError):
        prime_factors(0)
