# without: number-of-processes
def test_a():
    children = []
    try:
        for _ in range(80):
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
