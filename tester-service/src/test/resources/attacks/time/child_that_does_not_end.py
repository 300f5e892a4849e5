# verdict: timeout
# without: time
def test_a():
    subprocess.run(["/usr/bin/sleep", "2.5"])
