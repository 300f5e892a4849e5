# without: system-calls
def test_a():
    # Too small a buffer: whoever may ask is told how large it has to be.
    handle = (ctypes.c_uint32 * 2)(0, 0)
    mount = (ctypes.c_int * 1)()
    assert refused_with(errno.EOVERFLOW, lambda: syscall(303, 264, -100, b"/usr", handle, mount, 0))
