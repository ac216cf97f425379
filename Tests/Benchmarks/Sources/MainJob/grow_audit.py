"""Appends audit events to the trail in a service's database, chained as the service chains them.

usage: grow_audit.py PROCESS_ID COUNT   (the process of lodestar-metrics, in whose environment the database stands)
"""

import hashlib
import pathlib
import subprocess
import sys

NAMES = ["event", "severity", "actor", "at_us", "subject", "metric_key", "version", "reason", "before", "after", "registry_revision"]
HEADERS = [len(name).to_bytes(4, "big") + name.encode() for name in NAMES]
COPY = "COPY audit_event (seq, {}, prev_hash, hash) FROM STDIN".format(", ".join(NAMES))


def chained(seq: int, previous: bytes, values: list[str]) -> bytes:
    form = [b"ledger/1", seq.to_bytes(8, "big"), previous, len(values).to_bytes(4, "big")]
    for header, value in zip(HEADERS, values):
        value = value.encode()
        form += [header, len(value).to_bytes(4, "big"), value]
    return hashlib.sha256(b"".join(form)).digest()


def main() -> None:
    environment = pathlib.Path(f"/proc/{sys.argv[1]}/environ").read_bytes().split(b"\0")
    url = next(v.split(b"=", 1)[1].decode() for v in environment if v.startswith(b"LODESTAR_DATABASE_URL="))
    psql = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", url, "--command"]
    newest = subprocess.check_output(
        [*psql, "SELECT seq || ' ' || encode(hash, 'hex') FROM audit_event ORDER BY seq DESC LIMIT 1"], text=True).split()
    seq, previous = (int(newest[0]), bytes.fromhex(newest[1])) if newest else (0, bytes(32))
    before = '{"definition":"SUM(revenue) / SUM(spend)","status":"active"}'
    after = '{"definition":"SUM(revenue) / NULLIF(SUM(spend), 0)","status":"deprecated"}'
    with subprocess.Popen([*psql, COPY], stdin=subprocess.PIPE, text=True) as copy:
        for _ in range(int(sys.argv[2])):
            seq += 1
            metric = f"metric_{seq % 1000}"
            values = [
                "metric.version_status_changed", "high", "spiffe://lodestar.local/person/ada", str(1_790_000_000_000_000 + seq),
                f"{metric}@v{seq % 9}", metric, f"v{seq % 9}", "the old one counts refunds twice", before, after, str(seq)]
            digest = chained(seq, previous, values)
            copy.stdin.write("\t".join([str(seq), *values, rf"\\x{previous.hex()}", rf"\\x{digest.hex()}"]) + "\n")
            previous = digest
        copy.stdin.close()
        if copy.wait() != 0:
            sys.exit("the events were not stored")


main()
