"""A game of tic-tac-toe between two."""

from __future__ import annotations

from board import Board


class Game:
    """A game; X begins."""

    def __init__(self):
        self._board = Board()
        self._turn = "X"

    @property
    def board(self) -> Board:
        """The board as it is now."""
        return self._board

    @property
    def turn(self) -> str:
        """Whose turn it is; after the end, whose it would be."""
        return self._turn

    @property
    def winner(self) -> str | None:
        """Who has won, or None."""
        return self._board.winner()

    @property
    def is_over(self) -> bool:
        """Whether nothing can be played any more."""
        return self.winner is not None or self._board.is_full()

    def is_draw(self) -> bool:
        """Return whether the game is over without a winner."""
        return self.is_over and self.winner is None

    def play(self, place: int) -> None:
        """Place the mark whose turn it is; raise ValueError if the game is over or the place cannot be taken."""
        if self.is_over:
            raise ValueError("the game is over")
        self._board = self._board.placed(place, self._turn)
        self._turn = "O" if self._turn == "X" else "X"
