# without: host-name
def test_a():
    assert os.uname().nodename != "sandbox"
