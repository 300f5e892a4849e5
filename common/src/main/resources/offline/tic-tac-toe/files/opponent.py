"""An opponent that never loses: it looks at all ways in which the game can go on."""

from functools import lru_cache

from board import MARKS, Board


def best_move(board: Board, mark: str) -> int:
    """Return the best place for mark, whose turn it is; raise ValueError if the game is over."""
    if mark not in MARKS:
        raise ValueError(f"a mark is X or O: {mark!r}")
    if board.winner() is not None or board.is_full():
        raise ValueError("the game is over")
    return max(board.free(), key=lambda place: -_worth(board.placed(place, mark), _other(mark)))


@lru_cache(maxsize=None)
def _worth(board, mark):
    """What the board is worth for mark, whose turn it is: above 0 a win, the more the sooner; below 0 a loss."""
    free = board.free()
    if board.winner() is not None:
        return -1 - len(free)  # only the one who moved last can have won
    if not free:
        return 0
    return max(-_worth(board.placed(place, mark), _other(mark)) for place in free)


def _other(mark):
    return "O" if mark == "X" else "X"
