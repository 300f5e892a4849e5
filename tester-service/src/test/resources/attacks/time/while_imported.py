# verdict: timeout
# without: time
time.sleep(2.5)


def test_a():
    pass
