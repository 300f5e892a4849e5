"""A bank: accounts under numbers, and transfers between them."""

from __future__ import annotations

from decimal import Decimal

from account import BankAccount


class Bank:
    """Keeps accounts under numbers that count from 1."""

    def __init__(self):
        self._accounts = {}

    def open(self, owner: str, opening: Decimal | int | str = 0) -> int:
        """Open an account and return its number."""
        number = len(self._accounts) + 1
        self._accounts[number] = BankAccount(owner, opening)
        return number

    def account(self, number: int) -> BankAccount:
        """Return the account with this number; raise KeyError if there is none."""
        if number not in self._accounts:
            raise KeyError(f"there is no account {number}")
        return self._accounts[number]

    def transfer(self, source: int, target: int, amount: Decimal | int | str) -> None:
        """Move money between two accounts, wholly or not at all."""
        giver, taker = self.account(source), self.account(target)
        if giver is taker:
            raise ValueError("money is transferred between two different accounts")
        giver.withdraw(amount, "transfer out")
        taker.deposit(amount, "transfer in")

    def total(self) -> Decimal:
        """Return what is in all accounts together."""
        return sum((account.balance for account in self._accounts.values()), Decimal("0.00"))
