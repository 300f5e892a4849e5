# without: system-calls no-capabilities no-namespaces not-root
def test_a():
    # Where there is no IPv6, the older of the two will do.
    family = socket.AF_INET6 if socket.has_ipv6 and os.path.exists("/proc/net/if_inet6") else socket.AF_INET
    socket.socket(family, socket.SOCK_RAW, 58 if family == socket.AF_INET6 else 1)
