# verdict: memory_limit
# without: memory
def test_a():
    for _ in range(8):
        if os.fork() == 0:
            kept = bytearray(os.urandom(1024) * 40 * 1024)
            time.sleep(30)
            os._exit(len(kept))
    time.sleep(2)
