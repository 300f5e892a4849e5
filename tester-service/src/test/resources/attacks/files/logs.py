# without: host-files
def test_a():
    assert os.listdir("/var")
