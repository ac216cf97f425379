import Glibc
import LocalSystem
import Testing

@Suite struct SpawnTests {
  private func ignoresTermination(_ id: Int32) -> Bool {
    let status = (try? Files.read("/proc/\(id)/status")) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") } ?? ""
    let mask = UInt64(line.dropFirst("SigIgn:".count).drop { $0 == "\t" }, radix: 16) ?? 0
    return mask & (1 << UInt64(SIGTERM - 1)) != 0
  }

  @Test func `a program's output and status come back`() throws {
    let (status, output) = try Spawn("/bin/sh", ["-c", "cat; echo to stderr >&2; exit 7"]).run(input: "héllo")
    #expect(status == 7)
    #expect(output == "hélloto stderr\n")
  }

  @Test func `a program begins in the directory it is given`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    try Files.makeDirectory(directory)
    var spawn = Spawn("/bin/pwd")
    spawn.workingDirectory = directory
    #expect(try spawn.run().output == directory + "\n")
    spawn.workingDirectory = directory + "/absent"
    let refusal = #expect(throws: LocalSystemError.self) { try spawn.run() }
    #expect(refusal?.message.contains("/absent") == true)
  }

  @Test func `a program that lives on holds nothing that others wait on`() throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    var spawn = Spawn("/bin/sleep", ["60"])
    spawn.isDetached = true
    let process = try spawn.start()
    defer { process.stop() }
    close(ends[1])
    // Reading ends at once only if nobody has the writing end any more.
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    var byte: UInt8 = 0
    #expect(unsafe read(ends[0], &byte, 1) == 0)
    #expect(process.isRunning)
    close(ends[0])
  }

  @Test func `a program that is not there is named`() {
    let refusal = #expect(throws: LocalSystemError.self) { try Spawn("/no/such/program").run() }
    #expect(refusal?.message.contains("/no/such/program") == true)
  }

  @Test func `a process is told apart from a later one with the same id`() throws {
    let process = try Spawn("/bin/sleep", ["60"]).start()
    #expect(process.isRunning)
    #expect(process.residentBytes > 0)
    #expect(!ProcessIdentity(id: process.id, startTicks: process.startTicks + 1).isRunning)
    #expect(!ProcessIdentity(id: process.id, startTicks: process.startTicks + 1).signal(SIGTERM))
    #expect(process.isRunning)
    #expect(process.stop())
    #expect(!process.isRunning)
  }

  @Test func `a process that ignores the request to end is ended by force`() throws {
    let process = try Spawn("/bin/sh", ["-c", "trap '' TERM; while :; do sleep 0.05; done"]).start()
    // The trap must be set before the signal comes.
    while !ignoresTermination(process.id) { usleep(5_000) }
    #expect(!process.stop(graceSeconds: 1))
    #expect(!process.isRunning)
  }

  @Test func `a file is written whole, and a missing one is no error`() throws {
    let directory = temporaryDirectory()
    defer { removeTree(directory) }
    try Files.makeDirectory("\(directory)/a/b")
    try Files.write("one", to: "\(directory)/a/b/f")
    try Files.write("two", to: "\(directory)/a/b/f", mode: 0o600)
    #expect(try Files.read("\(directory)/a/b/f") == "two")
    #expect(try Files.read("\(directory)/a/b/g") == nil)
    #expect(Files.names(in: "\(directory)/a/b") == ["f"])
    #expect(throws: LocalSystemError.self) { try Files.write("x", to: "\(directory)/a/b/f/g") }
  }

  @Test func `free ports are different and free`() throws {
    let ports = try LoopbackPort.free(count: 8)
    #expect(Set(ports).count == 8)
    #expect(ports.allSatisfy { $0 > 1023 })
  }
}
