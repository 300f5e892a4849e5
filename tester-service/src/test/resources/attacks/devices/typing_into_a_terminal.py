# without: system-calls
def test_a():
    import fcntl, pty

    def type_into_it():
        _, terminal = pty.openpty()
        os.setsid()
        fcntl.ioctl(terminal, 0x540E, 0)  # TIOCSCTTY
        try:
            fcntl.ioctl(terminal, 0x5412, b"x")  # TIOCSTI
        except OSError as e:
            assert e.errno == errno.EIO  # newer kernels have done away with it themselves

    assert in_a_child(type_into_it) == 0
