import math

import pytest

from calculator import evaluate, main
from tokenizer import Token, tokenize


def test_an_expression_is_taken_apart():
    assert tokenize("2 * (x1 - .5)") == [
        Token("number", "2", 0),
        Token("operator", "*", 2),
        Token("operator", "(", 4),
        Token("name", "x1", 5),
        Token("operator", "-", 8),
        Token("number", ".5", 10),
        Token("operator", ")", 12),
    ]


def test_a_strange_character_is_named_with_its_position():
    with pytest.raises(SyntaxError, match="'\\$' at position 2"):
        tokenize("1 $ 2")


@pytest.mark.parametrize(
    "text, value",
    [("7", 7), ("1 + 2", 3), ("2 * 3", 6), ("7 / 2", 3.5), ("7 % 4", 3), ("2 ^ 10", 1024), ("1.5e2 + .5", 150.5)],
)
def test_single_operations(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text, value", [("2 + 3 * 4", 14), ("2 * 3 ^ 2", 18), ("-2 ^ 2", -4), ("2 ^ -1", 0.5), ("6 / 2 + 1", 4)]
)
def test_operators_bind_by_precedence(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize("text, value", [("10 - 4 - 3", 3), ("100 / 10 / 5", 2), ("10 - 4 + 3", 9), ("2 ^ 3 ^ 2", 512)])
def test_equal_operators_group_by_their_side(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize("text, value", [("(2 + 3) * 4", 20), ("((1))", 1), ("2 * (3 - (4 - 5))", 8)])
def test_brackets_come_first(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize("text, value", [("-3", -3), ("--3", 3), ("+3", 3), ("2 - -3", 5), ("-(1 + 2)", -3)])
def test_signs(text, value):
    assert evaluate(text) == value


def test_constants_and_functions():
    assert evaluate("cos(pi)") == pytest.approx(-1)
    assert evaluate("sqrt(16) + abs(-2)") == 6
    assert evaluate("ln(e)") == pytest.approx(1)


def test_variables_are_given():
    assert evaluate("a * b", {"a": 6, "b": 7}) == 42


def test_an_unknown_name_is_an_error():
    with pytest.raises(NameError):
        evaluate("x + 1")
    with pytest.raises(NameError):
        evaluate("shout(1)")


@pytest.mark.parametrize("text", ["1 / 0", "1 % 0", "5 / (2 - 2)"])
def test_nothing_is_divided_by_zero(text):
    with pytest.raises(ZeroDivisionError):
        evaluate(text)


@pytest.mark.parametrize("text", ["", "  ", "1 +", "* 2", "(1", "1)", "1 2", "()", "2 ** 3", "1..2"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(SyntaxError):
        evaluate(text)


def test_very_deep_nesting_is_refused():
    with pytest.raises(SyntaxError):
        evaluate("(" * 10_000 + "1" + ")" * 10_000)


def test_a_root_of_a_negative_number_is_refused():
    with pytest.raises(ValueError):
        evaluate("sqrt(-1)")


def test_spaces_do_not_count():
    assert evaluate(" 1+  2*3 ") == evaluate("1+2*3") == 7


def test_the_value_is_exact_where_python_is():
    assert evaluate("pi") == math.pi


def test_the_program_prints_the_value(capsys):
    assert main(["1", "+", "2"]) == 0
    assert capsys.readouterr().out == "3\n"


def test_the_program_says_what_is_wrong(capsys):
    assert main([]) == 2
    assert main(["1 +"]) == 1
    assert "too early" in capsys.readouterr().err
