# verdict: timeout
# without: time
def test_a():
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        pass
