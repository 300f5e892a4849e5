# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
