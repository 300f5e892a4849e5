# verdict: output_limit
# without: output
def test_a():
    for _ in range(400):
        sys.stderr.write("x" * 1000)
