package dev.nexus.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A network between clients and servers that can be cut: bytes pass, until {@link #cut} ends every connection. */
final class CuttableProxy implements AutoCloseable {

    private final ServerSocket door;
    private final List<Integer> servers;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /** @param servers ports on this machine: the first that answers is connected to */
    CuttableProxy(Integer... servers) throws IOException {
        this.servers = List.of(servers);
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("proxy").start(this::accept);
    }

    /** How many connections have come. */
    int accepted() {
        return accepted.get();
    }

    int port() {
        return door.getLocalPort();
    }

    /** Ends all connections of now, as a network does that breaks down; new ones are taken. */
    void cut() throws IOException {
        for (Socket connection : connections) {
            try {
                connection.setSoLinger(true, 0); // a reset, not an end
            } catch (SocketException e) {
                // it has ended meanwhile
            }
            connection.close();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket server = firstThatAnswers()) {
            if (server == null) {
                return; // as where nobody listens
            }
            connections.add(client);
            connections.add(server);
            Thread.ofVirtual().start(() -> pass(client, server));
            pass(server, client);
            connections.remove(client);
            connections.remove(server);
        } catch (IOException e) {
            // either side is gone, and so is the other now
        }
    }

    private @Nullable Socket firstThatAnswers() throws IOException {
        for (int port : servers) {
            Socket server = new Socket();
            try {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return server;
            } catch (IOException e) {
                server.close();
            }
        }
        return null;
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                out.write(bytes, 0, read);
            }
        } catch (IOException e) {
            // either side is gone, and so is the other now
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
