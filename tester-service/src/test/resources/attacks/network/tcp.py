# without: network
def test_a():
    assert socket.create_connection(("127.0.0.1", @TCP@), timeout=3).recv(10) == b"here"
