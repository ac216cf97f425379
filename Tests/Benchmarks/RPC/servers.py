"""A server under measurement: a process on core 0, with what the kernel knows about its processor time and memory."""

import os
import pathlib
import select
import socket
import subprocess
import threading
import time

SERVER_CORE = "0"
LOAD_CORE = "1"


class Refused(Exception):
    """The server does not know an option: what the row measures is not there yet."""


def pinned(core: str, command: list[object]) -> list[str]:
    """The command on that core; ahead of whatever else runs on the machine where we may decide that."""
    ahead = ["nice", "-n", "-15"] if os.geteuid() == 0 else []
    return [*ahead, "taskset", "-c", core, *map(str, command)]


class Server:
    """`with Server(...) as server`: started, listening; ended at the end."""

    def __init__(self, name: str, *command: object, port: int | None = None, environment: dict[str, str] | None = None):
        """port: where the program is told to listen, if it does not say so itself ("listening PORT")."""
        self.name = name
        self.port = port or 0
        self._command = pinned(SERVER_CORE, list(command))
        self._environment = {**os.environ, **(environment or {})}

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self._environment)
        try:
            if self.port:
                self._connects()
            else:
                self.port = self._told_port()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def _told_port(self) -> int:
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        words = self.process.stdout.readline().split() if ready else []
        if len(words) == 2 and words[0] == "listening":
            return int(words[1])
        self.process.kill()
        said = self.process.communicate()[1].strip().splitlines()
        raise Refused(said[0] if said else f"{self.name} did not say where it listens")

    def waits_until_told(self, line: str, seconds: float) -> None:
        """Reads what the program says until it says that line; ends the bench when it does not in time."""
        late = threading.Timer(seconds, self.process.kill)
        late.start()
        try:
            said = ""
            for said in self.process.stdout:
                if said.strip() == line:
                    return
        finally:
            late.cancel()
        raise SystemExit(f"{self.name} did not say \"{line}\" within {seconds} s; the last it said was \"{said.strip()}\"")

    def _connects(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise SystemExit(f"{self.name} does not listen on port {self.port}")

    def processor_seconds(self) -> float:
        """All threads' time, to the nanosecond: the process's own clock (clock_getcpuclockid(3)), not /proc's ticks of 10 ms."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def resident_bytes(self) -> int:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
