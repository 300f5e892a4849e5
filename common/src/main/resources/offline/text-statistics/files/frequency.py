"""Counts how often words occur."""

from collections import Counter

from tokens import words


def word_frequencies(text: str) -> dict[str, int]:
    """Return how often each word occurs; words are compared in lower case."""
    return dict(Counter(word.lower() for word in words(text)))


def most_common(text: str, count: int = 10) -> list[tuple[str, int]]:
    """Return the most frequent words with their counts; words of equal count in alphabetical order.

    Raises ValueError if count is negative.
    """
    if count < 0:
        raise ValueError(f"the count must not be negative: {count}")
    ranked = sorted(word_frequencies(text).items(), key=lambda entry: (-entry[1], entry[0]))
    return ranked[:count]
