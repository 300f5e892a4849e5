# without: network
def test_a():
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(3)
    client.connect("\0@ABSTRACT@")
    assert client.recv(10) == b"here"
