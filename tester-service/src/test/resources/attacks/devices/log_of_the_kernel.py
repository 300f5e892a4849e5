# without: own-devices
def test_a():
    assert os.path.exists("/dev/kmsg") or os.path.exists("/dev/mem") or os.path.exists("/dev/mqueue")
