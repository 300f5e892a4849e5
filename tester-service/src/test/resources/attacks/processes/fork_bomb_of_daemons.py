# without: number-of-processes
def test_a():
    def daemons():
        os.setsid()
        for _ in range(80):
            if os.fork() == 0:
                time.sleep(2)
                os._exit(0)

    assert in_a_child(daemons) == 0
