# without: system-calls
def test_a():
    def compare():
        libc.prctl(4, 1, 0, 0, 0)
        syscall(312, 272, os.getpid(), os.getpid(), 0, 1, 1)  # kcmp

    assert in_a_child(compare) == 0
