# without: system-calls
def test_a():
    def strict():
        assert libc.prctl(22, 1, 0, 0, 0) == 0
        syscall(60, 93, 0)

    assert in_a_child(strict) == 0
