# without: host-files
def test_a():
    assert open("/proc/self/root/etc/passwd").read()
