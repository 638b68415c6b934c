"""gunicorn's threads, but none of them waits for a client: who sends slowly is read by other threads,
within a time, and answered when all of it is there."""

from __future__ import annotations

import contextlib
import selectors
import socket
import tempfile
import time
from concurrent import futures
from functools import partial
from typing import IO, Any

from gunicorn import util
from gunicorn.http.body import Body
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.gthread import TConn, ThreadWorker

READERS = 64  # of each process; they only wait
PATIENCE = 20.0  # seconds for a head, or for a body of no length
SLOWEST = 16 << 10  # bytes a second; so much longer may a body take
LONGEST = 24 << 20  # bytes; a longer body is refused by the application before it has come
IN_MEMORY = 64 << 10  # bytes of a body that wait in memory; the rest in a file
PIECE = 64 << 10
END_OF_HEAD = b"\r\n\r\n"
LATE = "The request did not arrive in time."


class PatientWorker(ThreadWorker):
    """Requests that are there as a whole go to the threads that answer; the rest to those that read."""

    def init_process(self) -> None:
        self.readers = futures.ThreadPoolExecutor(max_workers=READERS)
        self.receiving: dict[TConn, float] = {}  # until when, on the monotonic clock
        super().init_process()

    def run(self) -> None:
        try:
            super().run()
        finally:
            for conn in list(self.receiving):
                _hang_up(conn)
            self.readers.shutdown(wait=False)

    def enqueue_req(self, conn: TConn) -> None:
        """A connection has something to read, or is new."""
        arrived = _arrived(conn)
        if arrived:
            conn.data_ready = True
            super().enqueue_req(conn)
        elif arrived is None:
            self._wait_for(conn)
        else:
            self.receiving[conn] = time.monotonic() + PATIENCE
            reading = self.readers.submit(self._receive, conn)
            reading.add_done_callback(lambda _: self.method_queue.defer(self._received, conn))

    def finish_request(self, conn: TConn, fs: futures.Future[object]) -> None:
        """An answer is out. gunicorn lingers at the end of a connection until the client has closed,
        too: not in the one thread that serves all of them."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        with contextlib.suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        self.readers.submit(conn.close, graceful=True)

    def murder_pending(self) -> None:
        """Once a second: whoever takes too long is not waited for any more."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in list(self.receiving.items()):
            if now > until:
                _hang_up(conn)

    def _wait_for(self, conn: TConn) -> None:
        """Nothing has come yet: no thread is needed for that."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + PATIENCE
        self.pending_conns.append(conn)
        again = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, again)

    def _receive(self, conn: TConn) -> None:
        """Read the next request, head and body; what came of it is found by whoever answers."""
        conn.sock.setblocking(True)
        try:
            conn.init()
            if not isinstance(conn.parser, _Ahead):
                conn.parser = _Ahead(conn.parser)
            conn.parser.look(lambda length: self._more_time(conn, length))
        except Exception as error:
            self.log.debug("Reading ended. %s", error)
        if self.receiving.get(conn, 0.0) < time.monotonic():
            with contextlib.suppress(OSError):
                util.write_error(conn.sock, 408, "Request Timeout", LATE)

    def _more_time(self, conn: TConn, length: int) -> None:
        self.receiving[conn] = time.monotonic() + PATIENCE + length / SLOWEST

    def _received(self, conn: TConn) -> None:
        until = self.receiving.pop(conn)
        if until < time.monotonic():
            self.nr_conns -= 1
            conn.close()
            return
        conn.data_ready = True
        super().enqueue_req(conn)


class _Ahead:
    """The parser of a connection, which may have read one request already, or failed to."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.request: Any = None
        self.error: BaseException | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.parser, name)

    def __next__(self) -> Any:
        error, self.error = self.error, None
        if error is not None:
            raise error
        request, self.request = self.request, None
        return next(self.parser) if request is None else request

    def look(self, length_known: Any) -> None:
        """Read one request. `length_known` is told the length of its body."""
        try:
            request = next(self.parser)
            length = _length(request)
            if length <= LONGEST:
                length_known(length)
                request.body = Body(_Kept(request, self.parser.unreader.sock))
            self.request = request
        except BaseException as error:  # told by whoever answers, as if he had read
            self.error = error


class _Kept:
    """A body that has arrived, to be read once; whatever is beyond LONGEST is still to come."""

    def __init__(self, request: Any, sock: socket.socket) -> None:
        self.rest = request.body
        self.kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        _go_on(request, sock)
        size, announced = 0, _length(request)
        while size < LONGEST and (piece := self.rest.read(PIECE)):
            self.kept.write(piece)
            size += len(piece)
        if size < announced:
            raise NoMoreData
        self.kept.seek(0)

    def read(self, size: int) -> bytes:
        """The next bytes, b"" at the end."""
        return self.kept.read(size) or self.rest.read(size)


def _arrived(conn: TConn) -> bool | None:
    """Whether a whole request can be read without waiting; None: nothing at all."""
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return False
    try:
        seen = conn.sock.recv(PIECE, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return True
    if not seen:
        return True
    end = seen.find(END_OF_HEAD)
    if end < 0:
        return False
    head = seen[:end].lower()
    if b"transfer-encoding" in head:
        return False
    _, named, after = head.partition(b"\r\ncontent-length:")
    length = after.partition(b"\r\n")[0].strip()
    return not named or (length.isdigit() and len(seen) >= end + len(END_OF_HEAD) + int(length))


def _length(request: Any) -> int:
    """What a request says of the length of its body; 0: none, or none said."""
    said = [value for name, value in request.headers if name == "CONTENT-LENGTH"]
    return int(said[0]) if said else 0


def _go_on(request: Any, sock: socket.socket) -> None:
    """Who asks whether his body is wanted is told so, since it is read now."""
    asks = ("EXPECT", "100-continue")
    if asks in [(name, value.lower()) for name, value in request.headers]:
        request.headers = [header for header in request.headers if header[0] != "EXPECT"]
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def _hang_up(conn: TConn) -> None:
    """Whoever reads from the connection finds its end."""
    with contextlib.suppress(OSError):
        conn.sock.shutdown(socket.SHUT_RD)
