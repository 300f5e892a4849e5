# without: not-root
def test_a():
    assert os.getuid() == 0
