# without: system-calls
def test_a():
    # An impossible number of descriptors is refused as such by a kernel that has rings.
    assert not refused_with(errno.EPERM, lambda: syscall(427, 427, -1, 0, 0, 0))
