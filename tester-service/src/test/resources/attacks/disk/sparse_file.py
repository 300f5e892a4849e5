# without: size-of-files
def test_a():
    with open("/tmp/large", "wb") as file:
        file.truncate(1 << 40)
