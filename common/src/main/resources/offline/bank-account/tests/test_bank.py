from decimal import Decimal

import pytest

from account import BankAccount, InsufficientFunds, Transaction
from bank import Bank


def test_a_new_account_is_empty():
    account = BankAccount("Ada")
    assert (account.owner, account.balance, account.history()) == ("Ada", 0, [])


def test_an_opening_amount_is_the_first_deposit():
    account = BankAccount("Ada", "10.50")
    assert account.history() == [Transaction("deposit", Decimal("10.50"), Decimal("10.50"))]


@pytest.mark.parametrize("owner", ["", "   "])
def test_an_account_needs_an_owner(owner):
    with pytest.raises(ValueError):
        BankAccount(owner)


def test_deposits_add_up():
    account = BankAccount("Ada")
    assert account.deposit("0.10") == Decimal("0.10")
    assert account.deposit("0.20") == Decimal("0.30")


def test_a_withdrawal_lowers_the_balance():
    account = BankAccount("Ada", 100)
    assert account.withdraw("30.25") == Decimal("69.75")


def test_the_whole_balance_can_be_withdrawn():
    account = BankAccount("Ada", 100)
    assert account.withdraw(100) == 0


def test_more_than_the_balance_cannot_be_withdrawn():
    account = BankAccount("Ada", 100)
    with pytest.raises(InsufficientFunds):
        account.withdraw("100.01")
    assert account.balance == 100
    assert len(account.history()) == 1


@pytest.mark.parametrize("amount", [0, -5, "-0.01", "0.001", "ten", "NaN", "Infinity", ""])
def test_only_amounts_above_zero_in_whole_cents_are_taken(amount):
    account = BankAccount("Ada", 100)
    with pytest.raises(ValueError):
        account.deposit(amount)
    with pytest.raises(ValueError):
        account.withdraw(amount)
    assert account.balance == 100


@pytest.mark.parametrize("amount", [1.5, None, True])
def test_amounts_are_exact_numbers(amount):
    with pytest.raises(TypeError):
        BankAccount("Ada").deposit(amount)


def test_the_history_tells_kind_amount_and_balance():
    account = BankAccount("Ada", 100)
    account.withdraw(40)
    assert account.history()[-1] == Transaction("withdrawal", Decimal("40.00"), Decimal("60.00"))


def test_the_history_is_a_copy():
    account = BankAccount("Ada", 100)
    account.history().clear()
    assert len(account.history()) == 1


def test_a_bank_numbers_its_accounts():
    bank = Bank()
    assert [bank.open("Ada"), bank.open("Grace")] == [1, 2]
    assert bank.account(2).owner == "Grace"


def test_an_unknown_account_is_an_error():
    with pytest.raises(KeyError):
        Bank().account(1)


def test_a_transfer_moves_money():
    bank = Bank()
    source, target = bank.open("Ada", 100), bank.open("Grace")
    bank.transfer(source, target, "25.50")
    assert (bank.account(source).balance, bank.account(target).balance) == (Decimal("74.50"), Decimal("25.50"))
    assert bank.account(target).history()[-1].kind == "transfer in"
    assert bank.total() == 100


def test_a_transfer_without_funds_changes_nothing():
    bank = Bank()
    source, target = bank.open("Ada", 10), bank.open("Grace", 5)
    with pytest.raises(InsufficientFunds):
        bank.transfer(source, target, 11)
    assert (bank.account(source).balance, bank.account(target).balance) == (10, 5)


def test_money_is_not_transferred_to_where_it_is():
    bank = Bank()
    number = bank.open("Ada", 10)
    with pytest.raises(ValueError):
        bank.transfer(number, number, 1)
