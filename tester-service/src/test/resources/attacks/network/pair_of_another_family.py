# without: system-calls
def test_a():
    assert refused_with(errno.EINVAL, lambda: syscall(53, 199, socket.AF_VSOCK, 15, 0, bytes(8)))
