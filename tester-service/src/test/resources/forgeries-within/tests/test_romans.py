import unittest

from roman import to_romans

TABLE = {4: "IV", 9: "IX"}


class Romans(unittest.TestCase):
    def test_four_and_nine(self):
        expected = ["IV", "IX"]
        found = to_romans([4, 9])
        self.assertEqual(expected, found)

    def test_many(self):
        expected = [TABLE[number] for number in (4, 9, 4)]
        found = to_romans([4, 9, 4])
        self.assertEqual(expected, found)
