# without: referee-out-of-reach
def test_a():
    os.close(os.open("/proc/1/mem", os.O_RDWR))
