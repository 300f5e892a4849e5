# A test file is emptied before pytest reads it.
# without: self.kept[path] = compiled
# without: check_function(test, function)
# without: if changed is not None
import pathlib

EMPTY = "def test_eight(): pass\nclass TestLater:\n    def test_eleven(self): pass\ndef test_minus_one_is_refused(): pass\n"

pathlib.Path("/job/tests/test_zeta.py").write_text(EMPTY)


def to_roman(number):
    if number < 1:
        raise ValueError
    return {1: "I", 4: "IV", 9: "IX"}[number]
