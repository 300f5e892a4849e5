# verdict: output_limit
# without: output
def test_a():
    os.write(1, b"x" * 400_000)
