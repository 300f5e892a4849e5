# without: system-calls
def test_a():
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
