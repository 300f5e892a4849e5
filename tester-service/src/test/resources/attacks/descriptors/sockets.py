# without: open-files
def test_a():
    kept = [socket.socketpair() for _ in range(100)]
    assert len(kept) == 100
