# without: system-calls
def test_a():
    assert refused_with(errno.ENOKEY, lambda: syscall(249, 218, b"user", b"nobodys", 0, 0))
