# verdict: timeout
# without: time
def test_a():
    worker = os.getpid()
    if os.fork() == 0:
        time.sleep(3.5)
        os.kill(worker, signal.SIGCONT)
        os._exit(0)
    os.kill(worker, signal.SIGSTOP)
