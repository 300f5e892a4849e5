import pytest

from linear import determinant, inverse, trace
from matrix import Matrix

A = Matrix([[1, 2], [3, 4]])
B = Matrix([[5, 6], [7, 8]])


def test_a_matrix_knows_its_shape_and_entries():
    wide = Matrix([[1, 2, 3], [4, 5, 6]])
    assert wide.shape == (2, 3)
    assert wide[1, 2] == 6


@pytest.mark.parametrize("place", [(2, 0), (0, 2), (-1, 0)])
def test_there_is_nothing_outside(place):
    with pytest.raises(IndexError):
        A[place]


def test_sum_and_difference():
    assert A + B == Matrix([[6, 8], [10, 12]])
    assert B - A == Matrix([[4, 4], [4, 4]])


def test_multiples():
    assert A * 2 == 2 * A == Matrix([[2, 4], [6, 8]])


def test_product():
    assert A @ B == Matrix([[19, 22], [43, 50]])


def test_a_product_has_the_outer_shape():
    assert (Matrix([[1, 2, 3]]) @ Matrix([[1], [2], [3]])) == Matrix([[14]])


def test_the_identity_changes_nothing():
    assert A @ Matrix.identity(2) == Matrix.identity(2) @ A == A


def test_zeros_change_no_sum():
    assert A + Matrix.zeros(2, 2) == A


def test_transposition_swaps_rows_and_columns():
    assert Matrix([[1, 2, 3], [4, 5, 6]]).transpose() == Matrix([[1, 4], [2, 5], [3, 6]])


@pytest.mark.parametrize("rows", [[], [[]], [[1, 2], [3]]])
def test_rows_must_be_equally_long_and_not_empty(rows):
    with pytest.raises(ValueError):
        Matrix(rows)


@pytest.mark.parametrize("entry", ["1", None, True])
def test_entries_are_numbers(entry):
    with pytest.raises(TypeError):
        Matrix([[entry]])


def test_shapes_must_fit():
    wide = Matrix([[1, 2, 3]])
    for operation in (lambda: A + wide, lambda: A - wide, lambda: A @ wide):
        with pytest.raises(ValueError):
            operation()


def test_a_matrix_is_not_changed_from_outside():
    rows = [[1, 2], [3, 4]]
    matrix = Matrix(rows)
    rows[0][0] = 9
    assert matrix == A
    assert hash(matrix) == hash(A)


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([[7]], 7),
        ([[1, 2], [3, 4]], -2),
        ([[0, 1], [1, 0]], -1),
        ([[2, 0, 1], [1, 3, 2], [1, 1, 4]], 18),
        ([[1, 2], [2, 4]], 0),
    ],
)
def test_determinants(rows, expected):
    assert determinant(Matrix(rows)) == pytest.approx(expected)


def test_the_inverse_undoes_the_matrix():
    matrix = Matrix([[0, 2, 1], [1, 3, 2], [1, 1, 4]])
    product = matrix @ inverse(matrix)
    for row in range(3):
        assert product.rows[row] == pytest.approx(Matrix.identity(3).rows[row])


def test_a_singular_matrix_has_no_inverse():
    with pytest.raises(ValueError):
        inverse(Matrix([[1, 2], [2, 4]]))


def test_the_trace_is_the_sum_of_the_diagonal():
    assert trace(A) == 5


@pytest.mark.parametrize("function", [determinant, inverse, trace])
def test_only_square_matrices_have_these(function):
    with pytest.raises(ValueError):
        function(Matrix([[1, 2, 3]]))
