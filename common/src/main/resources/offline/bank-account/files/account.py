"""A bank account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_CENT = Decimal("0.01")


class InsufficientFunds(Exception):
    """The account holds less than was to be taken out of it."""


@dataclass(frozen=True)
class Transaction:
    """One movement of money; kind is deposit, withdrawal, transfer in or transfer out."""

    kind: str
    amount: Decimal
    balance: Decimal


def to_amount(value: Decimal | int | str) -> Decimal:
    """Return an amount of money with two decimals.

    Raises TypeError for a float, which cannot hold cents exactly, and ValueError for what is no amount above zero in
    whole cents.
    """
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"an amount is a Decimal, int or str, not {type(value).__name__}")
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no amount of money") from error
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"an amount must be above zero, not {value}")
    if amount != amount.quantize(_CENT):
        raise ValueError(f"an amount has whole cents, not {value}")
    return amount.quantize(_CENT)


class BankAccount:
    """An account with one owner, a balance that is never negative, and a history."""

    def __init__(self, owner: str, opening: Decimal | int | str = 0):
        if not isinstance(owner, str) or not owner.strip():
            raise ValueError("an account needs the name of its owner")
        self._owner = owner.strip()
        self._balance = Decimal("0.00")
        self._history = []
        if opening not in (0, "0"):
            self.deposit(opening)

    @property
    def owner(self) -> str:
        """The name of the owner."""
        return self._owner

    @property
    def balance(self) -> Decimal:
        """What is in the account."""
        return self._balance

    def deposit(self, amount: Decimal | int | str, kind: str = "deposit") -> Decimal:
        """Put money in and return the new balance."""
        self._book(kind, to_amount(amount))
        return self._balance

    def withdraw(self, amount: Decimal | int | str, kind: str = "withdrawal") -> Decimal:
        """Take money out and return the new balance; raise InsufficientFunds if there is not enough."""
        wanted = to_amount(amount)
        if wanted > self._balance:
            raise InsufficientFunds(f"{wanted} is more than the balance of {self._balance}")
        self._book(kind, -wanted)
        return self._balance

    def history(self) -> list[Transaction]:
        """Return all transactions, oldest first."""
        return list(self._history)

    def _book(self, kind, change):
        self._balance += change
        self._history.append(Transaction(kind, abs(change), self._balance))
