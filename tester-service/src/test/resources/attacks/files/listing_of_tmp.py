# without: own-tmp number-of-files
def test_a():
    assert os.path.basename("@SECRET@") in os.listdir("/tmp")
