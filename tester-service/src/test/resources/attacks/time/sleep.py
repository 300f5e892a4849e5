# verdict: timeout
# without: time
def test_a():
    time.sleep(3.5)
