# without: size-of-files
def test_a():
    with open("/tmp/large", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 12_000_000)
