# without: referee-out-of-reach
def test_a():
    assert os.listdir("/proc/1/root/")
