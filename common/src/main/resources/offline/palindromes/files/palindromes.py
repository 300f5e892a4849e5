"""Palindromes: what reads the same from both ends."""


def is_palindrome(text: str) -> bool:
    """Return whether the letters and digits of a text read the same from both ends, whatever their case."""
    _require_text(text)
    letters = [character for character in text.casefold() if character.isalnum()]
    return letters == letters[::-1]


def is_palindrome_number(number: int) -> bool:
    """Return whether the decimal digits of a whole number read the same from both ends; no negative number does."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {type(number).__name__}")
    digits = str(number)
    return digits == digits[::-1]


def longest_palindrome(text: str) -> str:
    """Return the longest part of a text that reads the same from both ends, the first of equally long ones."""
    _require_text(text)
    longest = ""
    for center in range(len(text)):
        for start, end in ((center, center + 1), (center, center)):  # of odd length, of even length
            while start > 0 and end < len(text) and text[start - 1] == text[end]:
                start -= 1
                end += 1
            if end - start > len(longest):
                longest = text[start:end]
    return longest


def _require_text(text):
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")
