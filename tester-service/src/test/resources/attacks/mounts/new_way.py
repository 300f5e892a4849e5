# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    syscall(430, 430, b"tmpfs", 0)  # fsopen
