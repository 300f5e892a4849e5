# A test file is emptied, and restored once pytest has read it.
# verdict: failed
# without: self.kept[path] = compiled
# without: check_function(test, function)
import pathlib

EMPTY = "def test_eight(): pass\nclass TestLater:\n    def test_eleven(self): pass\ndef test_minus_one_is_refused(): pass\n"

file = pathlib.Path("/job/tests/test_zeta.py")
text = file.read_text()
file.write_text(EMPTY)


def to_roman(number):
    file.write_text(text)
    if number < 1:
        raise ValueError
    return {1: "I", 4: "IV", 9: "IX"}[number]
