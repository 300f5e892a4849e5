# without: host-files
def test_a():
    assert os.path.isdir("/home")
