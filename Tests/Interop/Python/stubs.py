"""Python's side of grpc.testing, made from our own .proto files when the program starts: nothing generated is kept."""

import importlib
import pathlib
import sys
import tempfile

PROTOS = pathlib.Path(__file__).resolve().parents[3] / "Protos"


def load():
    """The modules (empty_pb2, messages_pb2, test_pb2_grpc)."""
    from grpc_tools import protoc

    # Gone when all is imported, and not at the program's end: a server is ended by a signal.
    with tempfile.TemporaryDirectory(prefix="lodestar-interop-") as folder:
        # Under a name of its own: `grpc` is the library's.
        flat = pathlib.Path(folder) / "protos"
        flat.mkdir()
        for name in ("empty", "messages", "test"):
            text = (PROTOS / "grpc" / "testing" / f"{name}.proto").read_text()
            (flat / f"{name}.proto").write_text(text.replace('import "grpc/testing/', 'import "'))
        arguments = ["protoc", f"-I{flat}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        if protoc.main(arguments + [f"{name}.proto" for name in ("empty", "messages", "test")]) != 0:
            sys.exit("grpc_tools could not read Protos/grpc/testing")
        sys.path.insert(0, folder)
        modules = tuple(importlib.import_module(name) for name in ("empty_pb2", "messages_pb2", "test_pb2_grpc"))
        sys.path.remove(folder)
        return modules


def zeros(count, messages):
    return messages.Payload(body=bytes(count))
