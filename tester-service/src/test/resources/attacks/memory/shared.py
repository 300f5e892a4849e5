# verdict: memory_limit
# without: memory
def test_a():
    kept = []
    for _ in range(3):
        if os.fork() == 0:
            area = mmap.mmap(-1, 120_000_000)
            for page in range(0, len(area), 4096):
                area[page] = 1
            time.sleep(30)
            os._exit(0)
    time.sleep(2)
