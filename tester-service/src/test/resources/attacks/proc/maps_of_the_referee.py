# without: referee-out-of-reach
def test_a():
    assert "python" in open("/proc/1/maps").read()
