# without: system-calls no-capabilities
def test_a():
    assert in_a_child(lambda: syscall(161, 51, b"/usr")) == 0
