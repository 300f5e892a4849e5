# verdict: memory_limit
# without: memory
def test_a():
    hog = "import os, time; kept = bytearray(os.urandom(1024) * 60 * 1024); time.sleep(30)"
    for _ in range(6):
        subprocess.Popen([sys.executable, "-c", hog])
    time.sleep(2)
