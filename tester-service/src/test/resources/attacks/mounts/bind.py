# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    os.mkdir("/tmp/m")
    syscall(165, 40, b"/usr", b"/tmp/m", 0, 4096, 0)
    assert os.listdir("/tmp/m")
