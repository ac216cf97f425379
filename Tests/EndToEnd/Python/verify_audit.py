"""Verifies an export of `lodestar audit export` with nothing of ours: usage: verify_audit.py EXPORT [CHECKPOINTS]

Prints how many events fit; ends with 1 at the first that does not.
"""
import hashlib
import json
import sys

FIELDS = ["event", "severity", "actor", "at_us", "subject", "metric_key", "version", "reason", "before", "after", "registry_revision"]


def entry_hash(seq, prev_hash, fields):
    form = b"ledger/1" + seq.to_bytes(8, "big") + prev_hash + len(fields).to_bytes(4, "big")
    for part in (part for field in fields for part in field):
        form += len(part).to_bytes(4, "big") + part
    return hashlib.sha256(form).hexdigest()


hashes = ["0" * 64]
with open(sys.argv[1], encoding="utf-8") as export:
    for event in map(json.loads, export):
        fields = [(name.encode(), str(event[name]).encode()) for name in FIELDS]
        fits = event["seq"] == len(hashes) and event["prev_hash"] == hashes[-1]
        if not fits or event["hash"] != entry_hash(event["seq"], bytes.fromhex(event["prev_hash"]), fields):
            sys.exit(f"row {event['seq']}, the {len(hashes)}. in the file, does not fit")
        hashes.append(event["hash"])
for checkpoint in map(json.loads, open(sys.argv[2])) if len(sys.argv) > 2 else []:
    if checkpoint["seq"] >= len(hashes) or hashes[checkpoint["seq"]] != checkpoint["hash"]:
        sys.exit(f"the checkpoint at row {checkpoint['seq']} does not fit")
print(len(hashes) - 1)
