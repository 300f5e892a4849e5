# without: environment
def test_a():
    # The worker's own is out of its reach too, but what a child gets is not.
    child = subprocess.Popen(["/usr/bin/sleep", "5"])
    time.sleep(0.2)
    found = open(f"/proc/{child.pid}/environ", "rb").read()
    child.kill()
    assert b"do-not-tell" in found
