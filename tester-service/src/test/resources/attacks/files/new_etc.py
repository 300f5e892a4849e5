# without: read-only-root
def test_a():
    os.mkdir("/etc")
    open("/etc/passwd", "w").write("root::0:0::/:/bin/sh\n")
