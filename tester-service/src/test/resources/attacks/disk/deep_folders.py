# verdict: memory_limit
# without: number-of-files
def test_a():
    for number in range(5_000):
        os.mkdir("d")
        os.chdir("d")
    os.chdir("/job")
