# without: host-files
def test_a():
    assert open("/etc/passwd").read()
