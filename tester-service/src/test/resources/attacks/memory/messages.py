# without: system-calls
def test_a():
    found = syscall(68, 186, 0, 0o1600)
    syscall(71, 187, found, 0, 0)
