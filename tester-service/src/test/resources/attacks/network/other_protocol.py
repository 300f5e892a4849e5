# without: system-calls
def test_a():
    # No ping: that is for groups which the sandbox has none of, and the kernel says so if it is asked.
    assert refused_with(errno.EACCES, lambda: syscall(41, 198, socket.AF_INET, socket.SOCK_DGRAM, 1))
