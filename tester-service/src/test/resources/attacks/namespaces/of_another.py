# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    assert in_a_child(lambda: syscall(308, 268, os.open("/proc/self/ns/uts", os.O_RDONLY), 0)) == 0
