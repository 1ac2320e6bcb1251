"""What nobody can go below who receives photos: socket, hash and disk, without HTTP or a database."""

import hashlib
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

OK = b"\1"


def bare_rate(folder: Path, body: bytes, photos: int, clients: int) -> float:
    """Return how many photos a second are taken from so many clients in a process of their own, hashed and synced."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0), backlog=clients) as door:
        sending = (door.getsockname()[1], body, photos // clients, clients)
        senders = get_context("spawn").Process(target=_send_all, args=sending)
        senders.start()
        lines = [door.accept()[0] for _ in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            started = time.perf_counter()
            taken = sum(pool.map(lambda line: _take(line, folder, len(body)), lines))
            lasted_s = time.perf_counter() - started
        senders.join()
    return taken / lasted_s


def _send_all(port: int, body: bytes, each: int, clients: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(clients)]

    def send(line: socket.socket) -> None:
        with line:
            for _ in range(each):
                line.sendall(body)
                assert line.recv(1) == OK

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, lines))


def _take(line: socket.socket, folder: Path, size_bytes: int) -> int:
    """Return how many photos one client sent."""
    body, taken = bytearray(size_bytes), 0
    with line:
        while line.recv_into(body, size_bytes, socket.MSG_WAITALL):
            hashlib.sha256(body).digest()
            file = os.open(folder / f"{line.fileno()}-{taken}", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            os.write(file, body)
            os.fsync(file)
            os.close(file)
            line.send(OK)
            taken += 1
    return taken
