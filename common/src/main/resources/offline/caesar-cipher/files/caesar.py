"""The Caesar cipher."""

from string import ascii_lowercase, ascii_uppercase

# Per cent of the letters of English text, from a to z.
_ENGLISH = (8.17, 1.49, 2.78, 4.25, 12.70, 2.23, 2.02, 6.09, 6.97, 0.15, 0.77, 4.03, 2.41) + (
    6.75,
    7.51,
    1.93,
    0.10,
    5.99,
    6.33,
    9.06,
    2.76,
    0.98,
    2.36,
    0.15,
    1.97,
    0.07,
)


def encrypt(text: str, shift: int) -> str:
    """Return the text with every ASCII letter moved on by shift places; all else stays."""
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")
    if isinstance(shift, bool) or not isinstance(shift, int):
        raise TypeError(f"the shift must be a whole number, not {type(shift).__name__}")
    places = shift % 26
    moved = "".join(letters[places:] + letters[:places] for letters in (ascii_lowercase, ascii_uppercase))
    return text.translate(str.maketrans(ascii_lowercase + ascii_uppercase, moved))


def decrypt(text: str, shift: int) -> str:
    """Return the text that encrypt turned into this one with the same shift."""
    return encrypt(text, -shift)


def rot13(text: str) -> str:
    """Return the text encrypted with 13, which undoes itself."""
    return encrypt(text, 13)


def crack(text: str) -> tuple[int, str]:
    """Return the shift that most likely encrypted an English text, and the text decrypted by it."""
    shift = max(range(26), key=lambda candidate: _likeness(decrypt(text, candidate)))
    return shift, decrypt(text, shift)


def _likeness(text):
    return sum(_ENGLISH[ascii_lowercase.index(letter)] for letter in text.lower() if letter in ascii_lowercase)
