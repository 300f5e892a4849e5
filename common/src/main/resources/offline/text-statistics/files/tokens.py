"""Takes a text apart into words and sentences."""

import re

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def words(text: str) -> list[str]:
    """Return the words in order, as written; apostrophes and hyphens inside a word belong to it."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Return the sentences, stripped; what holds no word is none."""
    return [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]
