# without: own-tmp number-of-files
def test_a():
    assert open("@SECRET@").read() == "do not tell"
