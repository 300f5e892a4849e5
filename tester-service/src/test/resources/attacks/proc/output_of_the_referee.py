# without: referee-out-of-reach
def test_a():
    assert os.readlink("/proc/1/fd/1")
