"""Anagrams: words of the same letters."""

from collections.abc import Iterable


def are_anagrams(first: str, second: str) -> bool:
    """Return whether two texts have the same letters and digits equally often, whatever their case."""
    return _letters(first) == _letters(second)


def group_anagrams(words: Iterable[str]) -> list[list[str]]:
    """Return the words in groups of anagrams of each other, in the order in which they came."""
    groups = {}
    for word in words:
        groups.setdefault(_letters(word), []).append(word)
    return list(groups.values())


def find_anagrams(word: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that are anagrams of a word, other than the word itself."""
    wanted = _letters(word)
    return [other for other in candidates if _letters(other) == wanted and other.casefold() != word.casefold()]


def _letters(text):
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")
    return "".join(sorted(character for character in text.casefold() if character.isalnum()))
