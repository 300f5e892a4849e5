import unittest

from roman import to_roman

import pytest


def width(of=4):
    return of


def test_eight():
    given = to_roman(8)
    assert len(given) == width()


def test_minus_one_is_refused():
    assert to_roman(1) == "I"
    with pytest.raises(ValueError):
        to_roman(-1)


class TestLater(unittest.TestCase):
    def test_eleven(self):
        given = to_roman(11)
        self.assertEqual(given, "XI")
