# without: system-calls
def test_a():
    # With a type that no family has: a kernel that looks says so, whether or not it has the family.
    assert refused_with(errno.EINVAL, lambda: syscall(41, 198, socket.AF_VSOCK, 15, 0))
