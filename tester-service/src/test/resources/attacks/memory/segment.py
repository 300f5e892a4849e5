# without: system-calls
def test_a():
    segment = syscall(29, 194, 0, 50_000_000, 0o1600)
    syscall(31, 195, segment, 0, 0)  # removed again
