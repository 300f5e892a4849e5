"""The board of tic-tac-toe."""

from __future__ import annotations

from dataclasses import dataclass

FREE = " "
MARKS = ("X", "O")
_LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


@dataclass(frozen=True)
class Board:
    """An immutable board; its places count from 0, at the top left, to 8."""

    cells: tuple[str, ...] = (FREE,) * 9

    def at(self, place: int) -> str:
        """Return what is at a place: X, O or a space."""
        if place not in range(9):
            raise ValueError(f"places count from 0 to 8: {place!r}")
        return self.cells[place]

    def free(self) -> list[int]:
        """Return the free places, ascending."""
        return [place for place, cell in enumerate(self.cells) if cell == FREE]

    def placed(self, place: int, mark: str) -> Board:
        """Return the board with a mark at a place; raise ValueError if that cannot be."""
        if mark not in MARKS:
            raise ValueError(f"a mark is X or O: {mark!r}")
        if self.at(place) != FREE:
            raise ValueError(f"place {place} is taken")
        return Board(self.cells[:place] + (mark,) + self.cells[place + 1 :])

    def winner(self) -> str | None:
        """Return the mark that has three in a line, or None."""
        for first, second, third in _LINES:
            if FREE != self.cells[first] == self.cells[second] == self.cells[third]:
                return self.cells[first]
        return None

    def is_full(self) -> bool:
        """Return whether no place is free."""
        return FREE not in self.cells

    def __str__(self) -> str:
        return "\n".join("|".join(self.cells[start : start + 3]) for start in (0, 3, 6))
