# without: processes-of-its-own
def test_a():
    assert b"services.py" in open("/proc/@PID@/cmdline", "rb").read()
