# verdict: memory_limit
# without: number-of-files
def test_a():
    for number in range(20_000):
        open(f"/tmp/{number}", "w").close()
