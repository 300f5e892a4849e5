# without: network
def test_a():
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(3)
    client.connect(("127.0.0.1", @UDP@))
    client.send(b"who")
    assert client.recv(10) == b"here"
