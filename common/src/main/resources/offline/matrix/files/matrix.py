"""A matrix of numbers."""

from __future__ import annotations

from numbers import Real


class Matrix:
    """An immutable matrix of numbers."""

    def __init__(self, rows: list[list[float]]):
        checked = tuple(tuple(row) for row in rows)
        if not checked or not checked[0]:
            raise ValueError("a matrix has at least one row and one column")
        if any(len(row) != len(checked[0]) for row in checked):
            raise ValueError("all rows of a matrix are equally long")
        for row in checked:
            for entry in row:
                if isinstance(entry, bool) or not isinstance(entry, Real):
                    raise TypeError(f"the entries of a matrix are numbers, not {type(entry).__name__}")
        self._rows = checked

    @staticmethod
    def identity(size: int) -> Matrix:
        """Return the identity matrix; raise ValueError for a size below 1."""
        return Matrix([[int(row == column) for column in range(size)] for row in range(size)])

    @staticmethod
    def zeros(rows: int, columns: int) -> Matrix:
        """Return a matrix of zeros; raise ValueError for a size below 1."""
        return Matrix([[0] * columns for _ in range(rows)])

    @property
    def rows(self) -> tuple[tuple[float, ...], ...]:
        """The rows, from the top."""
        return self._rows

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return len(self._rows), len(self._rows[0])

    def transpose(self) -> Matrix:
        """Return the matrix with rows for columns."""
        return Matrix(list(zip(*self._rows)))

    def __getitem__(self, place: tuple[int, int]) -> float:
        row, column = place
        height, width = self.shape
        if not (0 <= row < height and 0 <= column < width):
            raise IndexError(f"there is no entry {place} in a matrix of {height} x {width}")
        return self._rows[row][column]

    def __add__(self, other: Matrix) -> Matrix:
        return self._combined(other, lambda a, b: a + b)

    def __sub__(self, other: Matrix) -> Matrix:
        return self._combined(other, lambda a, b: a - b)

    def __mul__(self, factor: float) -> Matrix:
        if isinstance(factor, bool) or not isinstance(factor, Real):
            return NotImplemented
        return Matrix([[factor * entry for entry in row] for row in self._rows])

    __rmul__ = __mul__

    def __matmul__(self, other: Matrix) -> Matrix:
        if not isinstance(other, Matrix):
            return NotImplemented
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"matrices of {self.shape} and {other.shape} cannot be multiplied")
        columns = list(zip(*other._rows))
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns] for row in self._rows])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"Matrix({[list(row) for row in self._rows]})"

    def _combined(self, other, operation):
        if not isinstance(other, Matrix):
            return NotImplemented
        if self.shape != other.shape:
            raise ValueError(f"matrices of {self.shape} and {other.shape} do not fit together")
        return Matrix([[operation(a, b) for a, b in zip(left, right)] for left, right in zip(self._rows, other._rows)])
