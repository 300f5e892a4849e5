# without: network
def test_a():
    assert ":%04X " % @TCP@ in open("/proc/net/tcp").read()
