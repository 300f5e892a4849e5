"""The syntax of arithmetic expressions: tokens become a tree, by recursive descent.

sum = product (("+" | "-") product)*
product = sign (("*" | "/" | "%") sign)*
sign = ("+" | "-") sign | power
power = atom ["^" sign]
atom = number | name | name "(" sum ")" | "(" sum ")"
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from tokenizer import Token, tokenize


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Name:
    """A constant or variable."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function of one argument."""

    function: str
    argument: Node


@dataclass(frozen=True)
class Negation:
    """Something with a minus before it."""

    operand: Node


@dataclass(frozen=True)
class Operation:
    """Two operands around an operator."""

    operator: str
    left: Node
    right: Node


Node = Union[Number, Name, Call, Negation, Operation]


def parse(text: str) -> Node:
    """Return the tree of an expression; raise SyntaxError, naming the position, if it is none."""
    reader = _Reader(tokenize(text), len(text))
    tree = reader.sum()
    reader.end()
    return tree


class _Reader:
    """Reads tokens from left to right."""

    # Deeper nesting would exhaust Python's own stack.
    _DEPTH = 100

    def __init__(self, tokens: list[Token], length: int):
        self._tokens = tokens
        self._length = length
        self._next = 0
        self._depth = 0

    def sum(self) -> Node:
        tree = self.product()
        if operator := self._accept("+", "-"):
            return Operation(operator, tree, self.sum())
        return tree

    def product(self) -> Node:
        tree = self.sign()
        while operator := self._accept("*", "/", "%"):
            tree = Operation(operator, tree, self.sign())
        return tree

    def sign(self) -> Node:
        self._depth += 1
        if self._depth > self._DEPTH:
            raise SyntaxError(f"the expression is nested more than {self._DEPTH} levels deep")
        sign = self._accept("+", "-")
        tree = self.power() if sign is None else self.sign()
        self._depth -= 1
        return Negation(tree) if sign == "-" else tree

    def power(self) -> Node:
        base = self.atom()
        return Operation("^", base, self.sign()) if self._accept("^") else base

    def atom(self) -> Node:
        token = self._peek()
        if token is None or token.kind == "operator" and token.text != "(":
            raise self._unexpected(token)
        self._next += 1
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "name":
            return Call(token.text, self._in_brackets()) if self._accept("(") else Name(token.text)
        return self._in_brackets()

    def end(self) -> None:
        if self._peek() is not None:
            raise self._unexpected(self._peek())

    def _in_brackets(self):
        tree = self.sum()
        if not self._accept(")"):
            raise self._unexpected(self._peek())
        return tree

    def _accept(self, *operators):
        token = self._peek()
        if token is not None and token.kind == "operator" and token.text in operators:
            self._next += 1
            return token.text
        return None

    def _peek(self):
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _unexpected(self, token):
        if token is None:
            return SyntaxError(f"the expression ends too early, at position {self._length}")
        return SyntaxError(f"unexpected {token.text!r} at position {token.position}")
