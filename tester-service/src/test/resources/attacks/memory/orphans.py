# verdict: memory_limit
# without: memory
def test_a():
    for _ in range(8):
        def orphan():
            if os.fork() == 0:
                os.setsid()
                kept = bytearray(os.urandom(1024) * 40 * 1024)
                time.sleep(30)
                os._exit(len(kept))

        in_a_child(orphan)
    time.sleep(2)
