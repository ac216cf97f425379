"""The HTTP around the service: HTTP/1.1 with connections that are kept, one thread a connection, loopback only."""

import http.server
import json
import socket
import threading
import time
import traceback

from .control import NoSuchControl, control
from .errors import ApiError
from .service import Answer, Cut, Service

# Google refuses larger requests as well.
MAXIMUM_BODY_BYTES = 10 * 1024 * 1024


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def respond(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        control_call = self.path.startswith("/control/")
        if length > MAXIMUM_BODY_BYTES and not control_call:
            self.close_connection = True
            self.send(Answer(413, "<!DOCTYPE html><title>Error 413 (Request Entity Too Large)</title>"))
            return
        body = self.rfile.read(length)
        try:
            if control_call:
                answer = self.steered(body)
            elif self.path == "/token" and self.command == "POST":
                answer = self.server.service.token(body)
            else:
                answer = self.server.service.answer(self.command, self.path, self.headers, body)
        except Cut as cut:
            self.cut(cut.part)
            return
        except Exception as error:  # a mistake of the stand-in's own is an answer too, and fails the test
            traceback.print_exc()
            self.server.service.calls.violation(f"{self.command} {self.path}", f"the stand-in failed: {error!r}")
            answer = Answer(500, ApiError(500, f"the stand-in failed: {error!r}").body())
        self.send(answer)

    def steered(self, body: bytes) -> Answer:
        try:
            return control(self.server.service, self.command, self.path, body)
        except (NoSuchControl, KeyError, ValueError, TypeError) as error:
            return Answer(400, {"control": f"{type(error).__name__}: {error}"})
        except ApiError as error:
            return Answer(error.code, error.body())

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def cut(self, part: bytes) -> None:
        """Ends the connection, after a part of an answer that promised twice as much."""
        if part:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {2 * len(part)}\r\n\r\n"
            self.wfile.write(head.encode() + part)
            self.wfile.flush()
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = respond

    def log_message(self, *arguments: object) -> None:
        """Nothing: the log of calls is what a test asks for."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0):
        super().__init__(("127.0.0.1", port), Handler)
        self.service = Service()
        self.service.tokens.address = self.address
        self.service.pause = time.sleep

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no event; anything else is one already in `respond`."""


class Running:
    """A stand-in in a thread of this process, for tests in Python."""

    def __enter__(self) -> Server:
        self.server = Server()
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self.server

    def __exit__(self, *exception: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def key_text(server: Server, name: str) -> str:
    return json.dumps(server.service.tokens.add_account(name).key_file(server.address), indent=2)
