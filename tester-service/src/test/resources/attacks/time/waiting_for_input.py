# verdict: timeout
# without: time
def test_a():
    here, there = socket.socketpair()
    threading.Timer(3.5, there.close).start()
    assert here.recv(1) == b""
