# verdict: memory_limit
# without: number-of-files
def test_a():
    open("/tmp/one", "w").close()
    for number in range(20_000):
        os.link("/tmp/one", f"/tmp/{number}")
