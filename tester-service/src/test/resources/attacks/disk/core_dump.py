# without: core-dumps
def test_a():
    assert resource.getrlimit(resource.RLIMIT_CORE)[1] != 0
