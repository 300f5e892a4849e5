# without: network
def test_a():
    assert "@ABSTRACT@" in open("/proc/net/unix").read()
