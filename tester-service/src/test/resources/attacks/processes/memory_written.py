# without: system-calls
def test_a():
    target, source = ctypes.create_string_buffer(4), ctypes.create_string_buffer(b"here")
    local = (ctypes.c_size_t * 2)(ctypes.addressof(source), 4)
    remote = (ctypes.c_size_t * 2)(ctypes.addressof(target), 4)

    def write():
        libc.prctl(4, 1, 0, 0, 0)
        assert syscall(311, 271, os.getpid(), local, 1, remote, 1, 0) == 4

    assert in_a_child(write) == 0
