"""The statistics of a text."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

from tokens import sentences, words


@dataclass(frozen=True)
class Statistics:
    """The figures of one text; average lengths are 0.0 where there is nothing to average."""

    characters: int
    letters: int
    words: int
    unique_words: int
    sentences: int
    lines: int
    average_word_length: float
    average_sentence_length: float
    longest_word: str


def analyse(text: str) -> Statistics:
    """Return the statistics of a text; raise TypeError for anything but a str."""
    if not isinstance(text, str):
        raise TypeError(f"a text is needed, not {type(text).__name__}")
    found = words(text)
    sentence_count = len(sentences(text))
    return Statistics(
        characters=len(text),
        letters=sum(character.isalpha() for character in text),
        words=len(found),
        unique_words=len({word.lower() for word in found}),
        sentences=sentence_count,
        lines=len(text.splitlines()),
        average_word_length=_ratio(sum(map(len, found)), len(found)),
        average_sentence_length=_ratio(len(found), sentence_count),
        longest_word=max(found, key=len, default=""),
    )


def main(arguments: list[str] | None = None) -> int:
    """Print the statistics of the file given."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("usage: textstats.py FILE", file=sys.stderr)
        return 2
    try:
        with open(given[0], encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        print(f"textstats.py: {error}", file=sys.stderr)
        return 2
    for name, value in asdict(analyse(text)).items():
        print(f"{name.replace('_', ' ')}: {value}")
    return 0


def _ratio(total, count):
    return total / count if count else 0.0


if __name__ == "__main__":
    sys.exit(main())
