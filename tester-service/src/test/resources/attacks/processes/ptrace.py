# without: system-calls
def test_a():
    def trace():
        syscall(101, 117, 0, 0, 0, 0)  # PTRACE_TRACEME

    assert in_a_child(trace) == 0
