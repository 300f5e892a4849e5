# verdict: timeout
# without: time
def test_a():
    end = time.monotonic() + 3.5
    while time.monotonic() < end:
        try:
            time.sleep(0.01)
            sys.exit(1)
        except BaseException:
            pass
