import Glibc
import LocalSystem

func temporaryDirectory() -> String { "/tmp/lodestar-test-\(getpid())-\(UInt64.random(in: 0..<(1 << 40)))" }

func removeTree(_ path: String) { _ = try? Spawn("/bin/rm", ["-rf", path]).run() }
