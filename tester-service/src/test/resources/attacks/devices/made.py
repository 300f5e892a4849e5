# without: system-calls
def test_a():
    # The one that everyone may make where nothing forbids it.
    os.mknod("/tmp/device", stat.S_IFCHR | 0o600, os.makedev(0, 0))
