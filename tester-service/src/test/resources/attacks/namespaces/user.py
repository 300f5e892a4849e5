# without: system-calls no-namespaces
def test_a():
    assert in_a_child(lambda: syscall(272, 97, 0x10000000)) == 0
