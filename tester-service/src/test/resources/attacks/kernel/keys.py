# without: system-calls
def test_a():
    syscall(250, 219, 0, -1, 1)  # KEYCTL_GET_KEYRING_ID of this thread's
