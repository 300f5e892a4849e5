# without: read-only-devices
def test_a():
    open("/dev/probe", "w").write("here")
