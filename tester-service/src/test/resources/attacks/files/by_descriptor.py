# without: host-files
def test_a():
    root = os.open("/", os.O_RDONLY)
    os.fchdir(root)
    assert os.stat("etc/passwd", dir_fd=root) and open("etc/passwd").read()
