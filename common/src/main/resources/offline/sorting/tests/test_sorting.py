import pytest

from sorting import bubble_sort, insertion_sort, is_sorted, merge_sort, quick_sort

ALGORITHMS = [bubble_sort, insertion_sort, merge_sort, quick_sort]
LISTS = [[], [1], [2, 1], [3, 1, 2], [5, -1, 0, 5, 2, -1], [1, 2, 3, 4], [4, 3, 2, 1], [7, 7, 7]]


class Card:
    """Compares by its value alone."""

    def __init__(self, value, suit):
        self.value, self.suit = value, suit

    def __lt__(self, other):
        return self.value < other.value


@pytest.mark.parametrize("sort", ALGORITHMS)
@pytest.mark.parametrize("items", LISTS)
def test_items_come_in_ascending_order(sort, items):
    assert sort(items) == sorted(items)


@pytest.mark.parametrize("sort", ALGORITHMS)
@pytest.mark.parametrize("items", LISTS)
def test_items_come_in_descending_order(sort, items):
    assert sort(items, reverse=True) == sorted(items, reverse=True)


@pytest.mark.parametrize("sort", ALGORITHMS)
def test_the_argument_is_not_changed(sort):
    items = [3, 1, 2]
    assert sort(items) == [1, 2, 3]
    assert items == [3, 1, 2]


@pytest.mark.parametrize("sort", ALGORITHMS)
def test_a_new_list_is_returned_even_for_one_item(sort):
    items = [1]
    assert sort(items) == items
    assert sort(items) is not items


@pytest.mark.parametrize("sort", ALGORITHMS)
@pytest.mark.parametrize("reverse", [False, True])
def test_equal_items_keep_their_order(sort, reverse):
    cards = [Card(2, "a"), Card(1, "b"), Card(2, "c"), Card(1, "d"), Card(2, "e")]
    found = [card.suit for card in sort(cards, reverse)]
    assert found == (["a", "c", "e", "b", "d"] if reverse else ["b", "d", "a", "c", "e"])


@pytest.mark.parametrize("sort", ALGORITHMS)
def test_text_is_sorted_like_numbers(sort):
    assert sort(["pear", "apple", "fig"]) == ["apple", "fig", "pear"]


@pytest.mark.parametrize("sort", ALGORITHMS)
def test_any_iterable_is_taken(sort):
    assert sort(iter((2, 1))) == [1, 2]


@pytest.mark.parametrize("sort", ALGORITHMS)
def test_what_cannot_be_compared_is_refused(sort):
    with pytest.raises(TypeError):
        sort([1, "a"])


@pytest.mark.parametrize("sort", [merge_sort, quick_sort])
def test_many_items_in_an_awkward_order(sort):
    items = list(range(2000, 0, -1)) + list(range(2000))
    assert sort(items) == sorted(items)


@pytest.mark.parametrize("items", [[], [1], [1, 1, 2]])
def test_sorted_items_are_recognised(items):
    assert is_sorted(items)


def test_other_orders_are_recognised():
    assert not is_sorted([2, 1])
    assert is_sorted([2, 1], reverse=True)
    assert not is_sorted([1, 2], reverse=True)
