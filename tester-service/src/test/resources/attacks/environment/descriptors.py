# without: closed-descriptors
def test_a():
    found = [os.readlink("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd") if int(fd) == 9]
    assert found == [] or not found[0].startswith(("/dev/null", "pipe", "socket")), found
    os.lseek(9, 0, os.SEEK_SET)
    assert b"root" in os.read(9, 1000)
