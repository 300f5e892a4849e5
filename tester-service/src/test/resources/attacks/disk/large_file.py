# without: size-of-files
def test_a():
    with open("/tmp/large", "wb") as file:
        file.write(bytes(12_000_000))
