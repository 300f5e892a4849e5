# without: size-of-folders memory
def test_a():
    for number in range(20):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(bytes(4_000_000))
