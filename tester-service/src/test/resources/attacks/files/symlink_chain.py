# without: host-files
def test_a():
    os.makedirs("/tmp/a/b")
    os.symlink("../../..", "/tmp/a/b/up")
    os.symlink("/tmp/a/b/up/etc", "/tmp/c")
    assert open("/tmp/c/passwd").read()
