import pytest

from palindromes import is_palindrome, is_palindrome_number, longest_palindrome


@pytest.mark.parametrize("text", ["a", "noon", "level", "Racecar"])
def test_words_that_read_the_same_from_both_ends(text):
    assert is_palindrome(text) is True


@pytest.mark.parametrize("text", ["ab", "nearly", "levels", "abca"])
def test_words_that_do_not(text):
    assert is_palindrome(text) is False


def test_spaces_and_punctuation_do_not_count():
    assert is_palindrome("A man, a plan, a canal: Panama!")


def test_digits_count():
    assert is_palindrome("1a1")
    assert not is_palindrome("1a2")


def test_letters_of_all_languages_count():
    assert is_palindrome("Été")
    assert not is_palindrome("éta")


@pytest.mark.parametrize("text", ["", " ", "?!"])
def test_nothing_reads_the_same_from_both_ends(text):
    assert is_palindrome(text) is True


@pytest.mark.parametrize("number", [0, 7, 11, 12321, 1001])
def test_numbers_that_read_the_same(number):
    assert is_palindrome_number(number) is True


@pytest.mark.parametrize("number", [10, 12, -11, 1231])
def test_numbers_that_do_not(number):
    assert is_palindrome_number(number) is False


@pytest.mark.parametrize(
    "text, longest",
    [
        ("", ""),
        ("a", "a"),
        ("abc", "a"),
        ("babad", "bab"),
        ("cbbd", "bb"),
        ("forgeeksskeegfor", "geeksskeeg"),
        ("aaaa", "aaaa"),
    ],
)
def test_the_longest_part_is_found(text, longest):
    assert longest_palindrome(text) == longest


def test_the_longest_part_minds_case_and_spaces():
    assert longest_palindrome("Aa b a") == "a b a"


@pytest.mark.parametrize("value", [None, 121, ["a"]])
def test_only_text_is_read(value):
    with pytest.raises(TypeError):
        is_palindrome(value)
    with pytest.raises(TypeError):
        longest_palindrome(value)


@pytest.mark.parametrize("value", ["121", 1.1, None, True])
def test_only_whole_numbers_are_read(value):
    with pytest.raises(TypeError):
        is_palindrome_number(value)
