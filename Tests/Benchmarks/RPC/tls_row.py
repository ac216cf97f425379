"""The row about TLS: our server beside nghttpd, both with the same certificate, cipher and sizes."""

import pathlib

from building import run
from load import h2load
from rows import Bench, Row, our_server, throughput
from servers import Server, free_port


def certificate(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """A key and its self-signed certificate for this run only."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate)
    return key, certificate


def tls(bench: Bench) -> list[Row]:
    """nghttpd serves a file that is as long as our answer; both get the same request body."""
    key, chain = certificate(bench.folder)
    site = bench.folder / "site"
    site.mkdir(exist_ok=True)
    (site / "answer").write_bytes(bench.small.file.read_bytes())
    port = free_port()
    ours = our_server("--tls-certificate", chain, "--tls-key", key)
    theirs = Server("nghttpd", "nghttpd", "--workers=1", f"--htdocs={site}", port, key, chain, port=port)
    loads = [[], []]
    with ours, theirs:
        for number in range(bench.rounds + 1):
            for index, (server, path) in enumerate([(ours, None), (theirs, "/answer")]):
                more = {"path": path} if path else {}
                done = h2load(server, bench.small, 60_000, scheme="https", **more)
                # The first round only warms up.
                if number:
                    loads[index].append(done)
    ciphers = {one.cipher for side in loads for one in side}
    row = throughput("TLS: throughput against nghttpd", 0.7, *loads, note=f"; {', '.join(sorted(ciphers))}")
    if len(ciphers) > 1:
        row.holds = None
        row.details += ": not alike"
    return [row]
