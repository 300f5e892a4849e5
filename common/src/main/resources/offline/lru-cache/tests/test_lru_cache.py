import pytest

from lru_cache import LRUCache


@pytest.fixture
def cache():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    return cache


def test_what_was_put_is_got(cache):
    assert (cache.get("a"), cache.get("b")) == (1, 2)


def test_a_missing_key_gives_the_default(cache):
    assert cache.get("x") is None
    assert cache.get("x", 7) == 7


def test_the_oldest_key_is_dropped(cache):
    cache.put("c", 3)
    assert cache.get("a") is None
    assert (cache.get("b"), cache.get("c")) == (2, 3)


def test_getting_counts_as_a_use(cache):
    cache.get("a")
    cache.put("c", 3)
    assert "a" in cache
    assert "b" not in cache


def test_putting_counts_as_a_use(cache):
    cache.put("a", 9)
    cache.put("c", 3)
    assert cache.get("a") == 9
    assert "b" not in cache


def test_looking_does_not_count_as_a_use(cache):
    assert "a" in cache
    cache.put("c", 3)
    assert "a" not in cache


def test_a_missed_get_changes_nothing(cache):
    cache.get("x")
    assert cache.keys() == ["b", "a"]


def test_a_value_is_replaced_without_dropping_any(cache):
    cache.put("b", 5)
    assert (cache.get("a"), cache.get("b"), len(cache)) == (1, 5, 2)


def test_there_are_never_more_entries_than_the_capacity():
    cache = LRUCache(3)
    for number in range(10):
        cache.put(number, number)
    assert len(cache) == 3
    assert cache.keys() == [9, 8, 7]


def test_keys_come_by_their_last_use(cache):
    cache.get("a")
    assert cache.keys() == ["a", "b"]


def test_a_deleted_key_is_gone(cache):
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    assert cache.keys() == ["b"]


def test_a_cleared_cache_is_empty(cache):
    cache.clear()
    assert len(cache) == 0
    assert cache.get("a") is None


def test_none_can_be_kept(cache):
    cache.put("a", None)
    assert cache.get("a", "default") is None
    assert "a" in cache


def test_one_entry_is_enough():
    cache = LRUCache(1)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.keys() == ["b"]
    assert cache.capacity == 1


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_capacity_below_one_is_refused(capacity):
    with pytest.raises(ValueError):
        LRUCache(capacity)


@pytest.mark.parametrize("capacity", ["2", 1.5, None, True])
def test_the_capacity_is_a_whole_number(capacity):
    with pytest.raises(TypeError):
        LRUCache(capacity)
