# without: host-files
def test_a():
    os.symlink("/etc/passwd", "/job/harmless.txt")
    assert open("/job/harmless.txt").read()
