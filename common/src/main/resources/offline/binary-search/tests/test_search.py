import pytest

from search import binary_search, first_index, insertion_point, last_index

ODD = [1, 3, 5, 7, 9]
REPEATED = [1, 2, 2, 2, 3, 3]


@pytest.mark.parametrize("index, item", enumerate(ODD))
def test_every_item_is_found_where_it_stands(index, item):
    assert binary_search(ODD, item) == index


@pytest.mark.parametrize("target", [0, 2, 4, 6, 8, 10])
def test_what_is_missing_is_not_found(target):
    assert binary_search(ODD, target) == -1
    assert first_index(ODD, target) == -1
    assert last_index(ODD, target) == -1


@pytest.mark.parametrize("function", [binary_search, first_index, last_index])
def test_nothing_is_found_in_nothing(function):
    assert function([], 1) == -1


@pytest.mark.parametrize("function", [binary_search, first_index, last_index])
def test_one_item_alone_is_found(function):
    assert function([4], 4) == 0


def test_any_of_equal_items_is_found():
    assert REPEATED[binary_search(REPEATED, 2)] == 2
    assert REPEATED[binary_search(REPEATED, 3)] == 3


def test_the_first_of_equal_items():
    assert (first_index(REPEATED, 2), first_index(REPEATED, 3)) == (1, 4)


def test_the_last_of_equal_items():
    assert (last_index(REPEATED, 1), last_index(REPEATED, 2), last_index(REPEATED, 3)) == (0, 3, 5)


@pytest.mark.parametrize("target, index", [(0, 0), (1, 0), (2, 1), (9, 4), (10, 5)])
def test_the_insertion_point_keeps_the_order(target, index):
    assert insertion_point(ODD, target) == index


def test_text_is_searched_like_numbers():
    assert binary_search(["ant", "bee", "cat"], "cat") == 2


def test_even_lengths_are_searched_to_both_ends():
    assert [binary_search([10, 20, 30, 40], target) for target in (10, 40)] == [0, 3]


def test_few_items_of_many_are_looked_at():
    class Counting(list):
        looked_at = 0

        def __getitem__(self, index):
            Counting.looked_at += 1
            return super().__getitem__(index)

    assert binary_search(Counting(range(1_000_000)), 765_432) == 765_432
    assert Counting.looked_at <= 60
