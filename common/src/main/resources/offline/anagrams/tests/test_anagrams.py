import pytest

from anagrams import are_anagrams, find_anagrams, group_anagrams


@pytest.mark.parametrize("first, second", [("listen", "silent"), ("Dormitory", "Dirty room!"), ("a1", "1A"), ("", " ")])
def test_texts_of_the_same_letters(first, second):
    assert are_anagrams(first, second) is True


@pytest.mark.parametrize("first, second", [("cat", "car"), ("aab", "abb"), ("ab", "abb"), ("", "a")])
def test_texts_of_other_letters(first, second):
    assert are_anagrams(first, second) is False


def test_order_of_the_arguments_does_not_matter():
    assert are_anagrams("stale", "least") and are_anagrams("least", "stale")
    assert not are_anagrams("stale", "tale") and not are_anagrams("tale", "stale")


def test_letters_of_all_languages_count():
    assert are_anagrams("Été", "ÉÉt")
    assert not are_anagrams("été", "ete")


def test_words_are_grouped():
    assert group_anagrams(["eat", "tea", "tan", "ate", "nat", "bat"]) == [
        ["eat", "tea", "ate"],
        ["tan", "nat"],
        ["bat"],
    ]


def test_nothing_makes_no_groups():
    assert group_anagrams([]) == []


def test_equal_words_share_a_group():
    assert group_anagrams(["a", "a"]) == [["a", "a"]]


def test_any_iterable_is_grouped():
    assert group_anagrams(iter(("ab", "ba"))) == [["ab", "ba"]]


def test_anagrams_are_found_among_candidates():
    assert find_anagrams("listen", ["enlist", "google", "inlets", "banana", "silent"]) == ["enlist", "inlets", "silent"]


@pytest.mark.parametrize("same", ["listen", "Listen"])
def test_a_word_is_no_anagram_of_itself(same):
    assert find_anagrams("listen", [same, "silent"]) == ["silent"]


def test_without_candidates_nothing_is_found():
    assert find_anagrams("listen", []) == []


@pytest.mark.parametrize("value", [None, 1, ["a"]])
def test_only_text_is_compared(value):
    with pytest.raises(TypeError):
        are_anagrams("a", value)
    with pytest.raises(TypeError):
        group_anagrams([value])
    with pytest.raises(TypeError):
        find_anagrams(value, ["a"])
