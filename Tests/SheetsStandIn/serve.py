"""Runs the stand-in for the Google Sheets API.

usage: serve.py [--port N] [--key FILE] [--lifeline]

Prints its port as the first line of its standard output, and ends by a signal, with --lifeline also when its standard input ends. FILE
gets the JSON key of a service account, planner@lodestar-test.iam.gserviceaccount.com, whose token_uri is the stand-in's own. How it is
steered: control.py.
"""

import argparse
import gc
import os
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from standin.server import Server, key_text  # noqa: E402


def end_with_input(server: Server) -> None:
    """A test that dies leaves no stand-in behind."""
    while os.read(0, 4096):
        pass
    server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", type=pathlib.Path)
    parser.add_argument("--lifeline", action="store_true")
    arguments = parser.parse_args()
    # A large answer is a million small objects that are no cycles: looking for cycles among them takes longer than making them.
    gc.set_threshold(1_000_000)
    server = Server(arguments.port)
    if arguments.key:
        arguments.key.touch(mode=0o600)
        arguments.key.write_text(key_text(server, "planner"))
    if arguments.lifeline:
        threading.Thread(target=end_with_input, args=(server,), daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
