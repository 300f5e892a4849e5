# without: environment referee-out-of-reach
def test_a():
    assert b"do-not-tell" in open("/proc/1/environ", "rb").read()
