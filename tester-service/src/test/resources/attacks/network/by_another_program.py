# without: network
def test_a():
    script = "import socket; assert socket.create_connection(('127.0.0.1', @TCP@), 3).recv(10) == b'here'"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
