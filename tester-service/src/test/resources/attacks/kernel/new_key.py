# without: system-calls
def test_a():
    syscall(248, 217, b"user", b"mine", b"here", 4, -2)
