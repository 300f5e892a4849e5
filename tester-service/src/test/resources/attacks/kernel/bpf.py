# without: system-calls
def test_a():
    assert refused_with(errno.E2BIG, lambda: syscall(321, 280, 0, bytes(8192), 8192))
