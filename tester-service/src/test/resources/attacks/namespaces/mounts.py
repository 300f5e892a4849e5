# without: system-calls no-capabilities
def test_a():
    assert in_a_child(lambda: syscall(272, 97, 0x00020000)) == 0
