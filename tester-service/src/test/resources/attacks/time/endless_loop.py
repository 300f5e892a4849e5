# verdict: timeout
# without: time
def test_a():
    end = time.monotonic() + 3.5
    while time.monotonic() < end:
        pass
