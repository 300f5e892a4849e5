# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    os.mkdir("/tmp/m")
    syscall(165, 40, b"none", b"/tmp/m", b"tmpfs", 0, 0)
    open("/tmp/m/here", "w")
