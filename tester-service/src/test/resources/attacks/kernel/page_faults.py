# without: system-calls
def test_a():
    assert not refused_with(errno.EPERM, lambda: syscall(323, 282, 1))  # UFFD_USER_MODE_ONLY
