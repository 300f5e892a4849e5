import pytest

from roman import from_roman, is_roman, to_roman

PAIRS = [
    (1, "I"),
    (3, "III"),
    (4, "IV"),
    (9, "IX"),
    (14, "XIV"),
    (40, "XL"),
    (90, "XC"),
    (400, "CD"),
    (944, "CMXLIV"),
    (1994, "MCMXCIV"),
    (2024, "MMXXIV"),
    (3999, "MMMCMXCIX"),
]


@pytest.mark.parametrize("number, numeral", PAIRS)
def test_numbers_become_numerals(number, numeral):
    assert to_roman(number) == numeral


@pytest.mark.parametrize("number, numeral", PAIRS)
def test_numerals_become_numbers(number, numeral):
    assert from_roman(numeral) == number


def test_every_number_survives_the_round_trip():
    assert all(from_roman(to_roman(number)) == number for number in range(1, 4000))


def test_small_letters_are_taken():
    assert from_roman("mcmxciv") == 1994


@pytest.mark.parametrize("number", [0, -1, 4000])
def test_numbers_out_of_range_are_refused(number):
    with pytest.raises(ValueError):
        to_roman(number)


@pytest.mark.parametrize("number", [1.5, "7", None, True])
def test_only_whole_numbers_are_converted(number):
    with pytest.raises(TypeError):
        to_roman(number)


@pytest.mark.parametrize("text", ["", "IIII", "VV", "VX", "IM", "IXI", "MMMM", "ABC", "X I", "IX\n"])
def test_text_in_another_form_is_refused(text):
    with pytest.raises(ValueError):
        from_roman(text)


@pytest.mark.parametrize("numeral", [7, None, ["X"]])
def test_only_text_is_read(numeral):
    with pytest.raises(TypeError):
        from_roman(numeral)


def test_numerals_are_told_from_other_text():
    assert is_roman("XLII")
    assert is_roman("xlii")
    assert not is_roman("IIX")
    assert not is_roman("")
