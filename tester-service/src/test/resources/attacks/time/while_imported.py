# verdict: timeout
# without: time
time.sleep(3.5)


def test_a():
    pass
