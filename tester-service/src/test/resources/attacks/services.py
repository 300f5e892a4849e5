"""What a host may offer to its own processes: it answers to whoever reaches it, until it is ended."""

import os
import socket
import threading


def answer(server):
    while True:
        connection, _ = server.accept()
        connection.sendall(b"here")
        connection.close()


def tcp(family, address):
    server = socket.socket(family, socket.SOCK_STREAM)
    server.bind(address)
    server.listen()
    threading.Thread(target=answer, args=(server,), daemon=True).start()
    return server


ports = [tcp(socket.AF_INET, ("127.0.0.1", 0)).getsockname()[1]]
try:
    ports.append(tcp(socket.AF_INET6, ("::1", 0)).getsockname()[1])
except OSError:
    ports.append(0)
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 0))
ports.append(datagrams.getsockname()[1])
name = f"nexus-attacked-{os.getpid()}"
tcp(socket.AF_UNIX, "\0" + name)
print(*ports, name, flush=True)
while True:
    datagrams.sendto(b"here", datagrams.recvfrom(100)[1])
