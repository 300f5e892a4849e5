# without: system-calls
def test_a():
    found = syscall(64, 190, 0, 1, 0o1600)
    syscall(66, 191, found, 0, 0, 0)
