# verdict: memory_limit
# without: memory
def test_a():
    def hog():
        subprocess.run([sys.executable, "-c", "import os, time; k = os.urandom(1024) * 60 * 1024; time.sleep(30)"])

    for _ in range(6):
        threading.Thread(target=hog, daemon=True).start()
    time.sleep(2)
