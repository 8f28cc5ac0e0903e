"""contestant.py server SCENARIO ADDRESS | client SCENARIO ADDRESS PORT WARMUP MEASURED: as those in C, with Python's blocking sockets on protocol 262."""

import json
import os
import socket
import sys
import threading
import time

BLOCK = 65536
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!"


def open_socket():
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_MPTCP)


def serve(scenario, address):
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    listener = open_socket()
    listener.bind((address, 0))
    listener.listen(65535)
    print(listener.getsockname()[1], flush=True)
    buffer = bytearray(BLOCK)
    view = memoryview(buffer)
    while True:
        peer, _ = listener.accept()
        if scenario != "sink":
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        while count := peer.recv_into(buffer):
            if scenario == "echo":
                peer.sendall(view[:count])
            elif scenario == "http":
                peer.sendall(RESPONSE)
                if b"Connection: close" in buffer[:count]:
                    break

        peer.close()


class Client:
    def __init__(self, address, port, warm_up, measured):
        self.server = (address, int(port))
        self.warm_up = float(warm_up)
        self.measured = float(measured)

    def repeat(self, operation):
        """For the warm-up, then for as long as is measured, and once more for each line of standard input. An operation says how much it has done."""
        self.until(operation, self.warm_up)
        print("begin", flush=True)
        asked = "at first"
        while asked:
            operations, seconds = self.until(operation, self.measured)
            print(json.dumps({"operations": operations, "seconds": seconds}), flush=True)
            asked = sys.stdin.readline()

    @staticmethod
    def until(operation, duration):
        begun = time.monotonic()
        operations = 0
        while (elapsed := time.monotonic() - begun) < duration:
            operations += operation()
        return operations, elapsed

    def connect(self, no_delay=False):
        client = open_socket()
        client.connect(self.server)
        if no_delay:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def bulk(self):
        client = self.connect()
        block = bytes(BLOCK)
        self.repeat(lambda: client.send(block))

    def round_trip(self):
        client = self.connect(no_delay=True)

        def operation():
            client.send(b"x")
            client.recv(BLOCK)
            return 1

        self.repeat(operation)

    def connects(self):
        def operation():
            self.connect().close()
            return 1

        self.repeat(operation)

    @staticmethod
    def request(client, text):
        client.send(text)
        if not client.recv(BLOCK).endswith(b"Hello, World!"):
            sys.exit("The server answered something else.")

    def http_new(self):
        def operation():
            client = self.connect(no_delay=True)
            self.request(client, b"GET / HTTP/1.1\r\nHost: contestant\r\nConnection: close\r\n\r\n")
            client.recv(1)
            client.close()
            return 1

        self.repeat(operation)

    def http_kept(self):
        client = self.connect(no_delay=True)

        def operation():
            self.request(client, b"GET / HTTP/1.1\r\nHost: contestant\r\n\r\n")
            return 1

        self.repeat(operation)


def main():
    match sys.argv[1:]:
        case ["server", scenario, address]:
            serve(scenario, address)
        case ["client", scenario, *rest]:
            client = Client(*rest)
            {
                "bulk": client.bulk,
                "roundtrip": client.round_trip,
                "connect": client.connects,
                "http-new": client.http_new,
                "http-kept": client.http_kept,
            }[scenario]()
            sys.stdin.read()
        case _:
            sys.exit(__doc__)


main()
