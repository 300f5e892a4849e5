# without: network
def test_a():
    if @TCP6@ == 0:
        # A host without IPv6 has nothing there to be reached; its other address is.
        assert socket.create_connection(("127.0.0.1", @TCP@), timeout=3).recv(10) == b"here"
        return
    assert socket.create_connection(("::1", @TCP6@), timeout=3).recv(10) == b"here"
