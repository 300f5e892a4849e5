# without: process-one
def test_a():
    referee = os.getppid()
    # Whoever is stopped is let go again at once: the attack is in that it was.
    undo = subprocess.Popen([sys.executable, "-c", f"import os, time; time.sleep(1); os.kill({referee}, 18)"])
    os.kill(referee, signal.SIGSTOP)
    time.sleep(0.3)
    state = open(f"/proc/{referee}/stat").read().rpartition(")")[2].split()[0]
    undo.wait()
    assert state == "T"
