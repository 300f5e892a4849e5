# without: system-calls
def test_a():
    def take():
        libc.prctl(4, 1, 0, 0, 0)
        syscall(438, 438, os.pidfd_open(os.getpid()), 1, 0)  # pidfd_getfd

    assert in_a_child(take) == 0
