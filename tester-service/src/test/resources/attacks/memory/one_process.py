# verdict: memory_limit
# without: address-space memory
def test_a():
    assert len(bytearray(300_000_000))
