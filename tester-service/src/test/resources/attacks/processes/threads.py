# without: number-of-processes
def test_a():
    threading.stack_size(65536)
    done = threading.Event()
    try:
        for _ in range(80):
            threading.Thread(target=done.wait, daemon=True).start()
    finally:
        done.set()
