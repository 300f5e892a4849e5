"""Rates passwords."""

from __future__ import annotations

import re
from dataclasses import dataclass

LENGTH = 8
_LABELS = ("very weak", "weak", "fair", "strong", "very strong")
_COMMON = frozenset(
    "password passw0rd p@ssw0rd password1 password123 123456 1234567 12345678 123456789 1234567890 qwerty qwerty123"
    " abc123 letmein welcome admin iloveyou monkey dragon football baseball sunshine princess master".split()
)


@dataclass(frozen=True)
class Strength:
    """How strong a password is, from 0 to 4, and what it lacks."""

    score: int
    label: str
    problems: list[str]


def check(password: str) -> Strength:
    """Return how strong a password is; raise TypeError for anything but a str."""
    if not isinstance(password, str):
        raise TypeError(f"a password is a text, not {type(password).__name__}")
    is_long = len(password) >= LENGTH
    demands = {
        f"use at least {LENGTH} characters": is_long,
        "mix small and capital letters": any(c.islower() for c in password) and any(c.isupper() for c in password),
        "add a digit": any(c.isdigit() for c in password),
        "add a character that is neither letter nor digit": any(not c.isalnum() for c in password),
    }
    problems = [demand for demand, is_met in demands.items() if not is_met]
    score = len(demands) - len(problems)
    if re.search(r"(.)\1\1", password, re.DOTALL):
        problems.append("avoid three equal characters in a row")
        score -= 1
    if not is_long:
        score = min(score, 1)
    if password.lower() in _COMMON:
        problems.append("avoid common passwords")
        score = 0
    score = max(score, 0)
    return Strength(score, _LABELS[score], problems)


def is_strong(password: str) -> bool:
    """Return whether a password scores at least 3."""
    return check(password).score >= 3
