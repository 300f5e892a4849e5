# without: system-calls
def test_a():
    def foreign():
        if not ON_X86:
            return os.kill(os.getpid(), signal.SIGSYS)  # it has no other one that could be asked
        libc.syscall(ctypes.c_long(0x40000000 | 39))  # x32

    assert os.WTERMSIG(in_a_child(foreign)) != signal.SIGSYS
