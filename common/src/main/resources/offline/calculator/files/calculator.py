"""Evaluates arithmetic expressions."""

from __future__ import annotations

import math
import sys

from syntax import Call, Name, Negation, Node, Number, Operation, parse

_CONSTANTS = {"pi": math.pi, "e": math.e}
_FUNCTIONS = {
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "ln": math.log,
    "log": math.log10,
    "exp": math.exp,
}


def evaluate(text: str, variables: dict[str, float] | None = None) -> float:
    """Return the value of an expression.

    Raises SyntaxError for what is no expression, NameError for an unknown name, and ZeroDivisionError, ValueError or
    OverflowError where the arithmetic has no result.
    """
    return _value(parse(text), {**_CONSTANTS, **(variables or {})})


def main(arguments: list[str] | None = None) -> int:
    """Print the value of the expression given."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        print("usage: calculator.py EXPRESSION", file=sys.stderr)
        return 2
    try:
        print(f"{evaluate(' '.join(given)):g}")
    except (SyntaxError, NameError, ArithmeticError, ValueError) as error:
        print(f"calculator.py: {error}", file=sys.stderr)
        return 1
    return 0


def _value(node: Node, names: dict[str, float]) -> float:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        if node.name not in names:
            raise NameError(f"there is no value for {node.name!r}")
        return names[node.name]
    if isinstance(node, Negation):
        return -_value(node.operand, names)
    if isinstance(node, Call):
        if node.function not in _FUNCTIONS:
            raise NameError(f"there is no function {node.function!r}")
        return _FUNCTIONS[node.function](_value(node.argument, names))
    return _apply(node, _value(node.left, names), _value(node.right, names))


def _apply(node: Operation, left: float, right: float) -> float:
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    if node.operator == "*":
        return left * right
    if node.operator == "^":
        return math.pow(left, right)
    if right == 0:
        raise ZeroDivisionError("division by zero")
    return left / right if node.operator == "/" else left % right


if __name__ == "__main__":
    sys.exit(main())
