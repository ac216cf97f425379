"""Builds our programs and the peers that they are measured against, each anew only when its sources are newer."""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
OUT = ROOT / ".build" / "bench-rpc"
BIN = OUT / "bin"
OURS = OUT / "ours" / "release"
SWIFT_PEER = OUT / "grpc-swift" / "release" / "grpc-swift-echo-server"

PEERS = HERE / "Peers"
MESSAGES = HERE / "Sources" / "CEcho"
PROTO = HERE / "Echo" / "echo.proto"


def run(*command: object) -> str:
    """The command's output; ends the bench with the command's own words when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\nfailed:\n{done.stdout}")
    return done.stdout


def flags(*packages: str) -> list[str]:
    return run("pkg-config", "--cflags", "--libs", *packages).split()


def is_older(product: pathlib.Path, sources: list[pathlib.Path]) -> bool:
    return not product.exists() or any(source.stat().st_mtime > product.stat().st_mtime for source in sources)


def c_program(name: str, sources: list[pathlib.Path], libraries: list[str]) -> None:
    headers = [*(PEERS / "BareC").glob("*.h"), *(MESSAGES / "include").glob("*.h")]
    if is_older(BIN / name, sources + headers):
        shape = ["-shared", "-fPIC"] if name.endswith(".so") else []
        includes = [f"-I{PEERS / 'BareC'}", f"-I{MESSAGES / 'include'}"]
        run("cc", "-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", *shape, *includes, *sources, *libraries, "-o", BIN / name)


def c_programs() -> None:
    bare = PEERS / "BareC"
    sources = [bare / "server.c", bare / "connection.c", bare / "echo_call.c", MESSAGES / "echo.pb-c.c"]
    c_program("bare-server", sources, flags("libnghttp2", "libprotobuf-c"))
    c_program("paced-calls", [PEERS / "Load" / "paced_calls.c", bare / "connection.c"], [*flags("libnghttp2"), "-lm"])
    c_program("count-allocations.so", [PEERS / "Allocations" / "count_allocations.c"], [])


def grpc_plus_plus() -> None:
    generated = OUT / "grpc-plus-plus"
    generated.mkdir(exist_ok=True)
    made = [generated / "echo.pb.cc", generated / "echo.grpc.pb.cc"]
    if any(is_older(file, [PROTO]) for file in made):
        plugin = run("sh", "-c", "command -v grpc_cpp_plugin").strip()
        run("protoc", "-I", PROTO.parent, f"--cpp_out={generated}", f"--grpc_out={generated}",
            f"--plugin=protoc-gen-grpc={plugin}", PROTO)
    for source in sorted((PEERS / "GRPCPlusPlus").glob("*.cc")):
        program = BIN / f"grpc-plus-plus-{source.stem.replace('_', '-')}"
        if is_older(program, [source, *made]):
            run("c++", "-std=c++17", "-O2", f"-I{generated}", source, *made, *flags("grpc++", "protobuf"), "-o", program)


def swift(package: pathlib.Path, scratch: str, product: str) -> None:
    run("swift", "build", "--configuration", "release", "--package-path", package, "--scratch-path", OUT / scratch,
        "--product", product)


def grpc_swift() -> None:
    package = PEERS / "GRPCSwift"
    # Even a build that finds nothing to do takes long there.
    if is_older(SWIFT_PEER, [package / "Package.swift", *package.glob("Sources/*/*.swift"), PROTO]):
        print("building grpc-swift-2 (this takes minutes)", flush=True)
        swift(package, "grpc-swift", SWIFT_PEER.name)


def build() -> None:
    """What the rows need, except grpc-swift-2, which only one needs and which takes longest."""
    BIN.mkdir(parents=True, exist_ok=True)
    for what, make in [
        ("the bare C programs", c_programs),
        ("gRPC C++", grpc_plus_plus),
        ("our server", lambda: swift(HERE, "ours", "echo-server")),
        ("our client", lambda: swift(HERE, "ours", "echo-client")),
    ]:
        print(f"building {what}", flush=True)
        make()
