# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    # Nothing is mounted there: a kernel that may be asked says so.
    assert refused_with(errno.EINVAL, lambda: syscall(166, 39, b"/usr/bin", 0))
