# without: system-calls
def test_a():
    assert not refused_with(errno.EPERM, lambda: syscall(298, 241, 0, 0, -1, -1, 0))
