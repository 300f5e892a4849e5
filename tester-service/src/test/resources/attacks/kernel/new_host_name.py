# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    syscall(170, 161, b"mine", 4)
