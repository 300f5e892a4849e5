import pytest

from caesar import crack, decrypt, encrypt, rot13


@pytest.mark.parametrize("text, shift, expected", [("abc", 3, "def"), ("ABC", 1, "BCD"), ("Hello", 5, "Mjqqt")])
def test_letters_move_on(text, shift, expected):
    assert encrypt(text, shift) == expected


def test_the_alphabet_goes_round():
    assert encrypt("xyz XYZ", 3) == "abc ABC"


def test_all_else_stays():
    assert encrypt("1, 2 - é!\n", 7) == "1, 2 - é!\n"
    assert encrypt("a1b", 1) == "b1c"


def test_a_negative_shift_moves_back():
    assert encrypt("def", -3) == "abc"


@pytest.mark.parametrize("shift", [26, -26, 52])
def test_whole_rounds_change_nothing(shift):
    assert encrypt("Round", shift) == "Round"
    assert encrypt("abc", shift + 1) == "bcd"


@pytest.mark.parametrize("shift", range(-30, 31, 4))
def test_decrypting_undoes_encrypting(shift):
    secret = encrypt("Attack at Dawn!", shift)
    assert decrypt(secret, shift) == "Attack at Dawn!"


def test_decrypting_moves_back():
    assert decrypt("def", 3) == "abc"


def test_rot13_undoes_itself():
    assert rot13("Why?") == "Jul?"
    assert rot13(rot13("Why?")) == "Why?"


@pytest.mark.parametrize("shift", [0, 3, 17, 25])
def test_english_text_is_cracked(shift):
    text = "The quick brown fox jumps over the lazy dog while the others are resting in the meadow."
    assert crack(encrypt(text, shift)) == (shift, text)


def test_without_letters_there_is_nothing_to_crack():
    assert crack("123") == (0, "123")


def test_an_empty_text_stays_empty():
    assert encrypt("", 5) == ""


@pytest.mark.parametrize("text, shift", [(None, 1), (5, 1), ("a", "1"), ("a", 1.0), ("a", True)])
def test_other_types_are_refused(text, shift):
    with pytest.raises(TypeError):
        encrypt(text, shift)
