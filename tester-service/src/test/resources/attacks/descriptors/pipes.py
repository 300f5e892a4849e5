# without: open-files
def test_a():
    kept = [os.pipe() for _ in range(100)]
    assert len(kept) == 100
