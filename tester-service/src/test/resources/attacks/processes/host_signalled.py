# without: processes-of-its-own
def test_a():
    try:
        os.kill(@PID@, 0)
    except PermissionError:
        pass  # it is there, and belongs to somebody else
