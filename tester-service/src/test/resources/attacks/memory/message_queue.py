# without: system-calls
def test_a():
    syscall(240, 180, b"mine", os.O_CREAT | os.O_RDWR, 0o600, 0)
