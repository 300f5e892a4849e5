# verdict: timeout
# without: time
def test_a():
    subprocess.run(["/usr/bin/sleep", "3.5"])
