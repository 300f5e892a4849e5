# verdict: output_limit
# without: output
print("x" * 400_000)


def test_a():
    pass
