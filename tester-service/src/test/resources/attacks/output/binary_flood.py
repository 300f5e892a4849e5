# verdict: output_limit
# without: output
def test_a():
    for _ in range(100):
        os.write(2, os.urandom(4000) + b"\x1b[2J\x1b]0;mine\x07")
