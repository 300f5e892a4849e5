# without: own-devices
def test_a():
    known = {"console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
             "tty", "urandom", "zero"}
    assert set(os.listdir("/dev")) - known
