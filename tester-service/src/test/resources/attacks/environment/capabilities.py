# without: no-capabilities
def test_a():
    status = open("/proc/self/status").read()
    assert "CapBnd:\t0000000000000000" not in status or "CapEff:\t0000000000000000" not in status
