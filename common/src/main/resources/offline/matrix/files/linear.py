"""Linear algebra on matrices, by Gaussian elimination with the largest pivot."""

from matrix import Matrix

# What is left of a pivot by rounding alone is smaller than this, relative to the largest entry.
_TINY = 1e-12


def determinant(matrix: Matrix) -> float:
    """Return the determinant; raise ValueError for a matrix that is not square."""
    size = _size(matrix)
    rows = [list(row) for row in matrix.rows]
    limit = _limit(matrix)
    result = 1
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) <= limit:
            return 0
        if pivot != column:
            rows[pivot], rows[column] = rows[column], rows[pivot]
            result = -result
        result *= rows[column][column]
        for row in range(column + 1, size):
            _subtract(rows, row, column, rows[row][column] / rows[column][column])
    return result


def inverse(matrix: Matrix) -> Matrix:
    """Return the inverse; raise ValueError for a matrix that is not square or has none."""
    size = _size(matrix)
    rows = [list(row) + list(unit) for row, unit in zip(matrix.rows, Matrix.identity(size).rows)]
    limit = _limit(matrix)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[pivot][column]) <= limit:
            raise ValueError("the matrix has no inverse")
        rows[pivot], rows[column] = rows[column], rows[pivot]
        leading = rows[column][column]
        rows[column] = [entry / leading for entry in rows[column]]
        for row in range(size):
            if row != column:
                _subtract(rows, row, column, rows[row][column])
    return Matrix([row[size:] for row in rows])


def trace(matrix: Matrix) -> float:
    """Return the sum of the diagonal; raise ValueError for a matrix that is not square."""
    return sum(matrix[place, place] for place in range(_size(matrix)))


def _size(matrix):
    height, width = matrix.shape
    if height != width:
        raise ValueError(f"the matrix is not square but {height} x {width}")
    return height


def _limit(matrix):
    return _TINY * max(abs(entry) for row in matrix.rows for entry in row)


def _subtract(rows, row, column, factor):
    rows[row] = [entry - factor * above for entry, above in zip(rows[row], rows[column])]
