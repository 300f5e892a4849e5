# verdict: memory_limit
# without: number-of-files
def test_a():
    for number in range(20_000):
        os.symlink("nowhere", f"/dev/shm/{number}")
