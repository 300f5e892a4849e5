"""Run in a sandbox when the tester starts, and ended for what its processes have in memory together."""

import os
import time


def test_many_small_processes_do_not_make_a_large_one():
    for _ in range(10):
        if os.fork() == 0:
            kept = bytearray(os.urandom(1024) * 20 * 1024)
            time.sleep(60)
            os._exit(len(kept) % 2)
    time.sleep(5)
