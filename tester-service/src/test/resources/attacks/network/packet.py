# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
