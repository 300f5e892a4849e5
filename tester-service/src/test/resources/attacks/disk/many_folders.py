# verdict: memory_limit
# without: number-of-files
def test_a():
    for number in range(10_000):
        os.mkdir(f"/job/{number}")
