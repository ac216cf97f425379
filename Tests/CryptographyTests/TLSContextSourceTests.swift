import Glibc
import Testing

@testable import Cryptography

@Suite struct TLSContextSourceTests {
  private let now = ContinuousClock.now

  /// Writes a pair into a new directory and hands it to the body.
  private func withFiles(_ body: (TLSFiles, TestAuthority) throws -> Void) throws {
    let directory = "/tmp/lodestar-source-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try #require(unsafe mkdir(directory, 0o700) == 0)
    let files = TLSFiles(certificate: directory + "/a.pem", key: directory + "/a.key")
    defer {
      for path in files.paths { unsafe unlink(path) }
      unsafe rmdir(directory)
    }
    let authority = try TestAuthority()
    try write(authority.identity(), to: files)
    try body(files, authority)
  }

  private func write(_ identity: TLSIdentity, to files: TLSFiles) throws {
    try PrivateFile.write(identity.certificateChain, to: files.certificate!)
    try PrivateFile.write(identity.privateKey, to: files.key!)
  }

  @Test func `files that did not change are not read again; changed ones are, once a second at most`() throws {
    try withFiles { files, authority in
      let source = try TLSContextSource.server(files, clients: .none)
      var complaints: [String] = []
      func current(after delay: Duration) -> TLSContext { source.current(now: now + delay) { complaints.append($0) } }
      let first = current(after: .zero)
      #expect(current(after: .seconds(5)) === first)
      try write(authority.identity(), to: files)
      #expect(current(after: .milliseconds(5_900)) === first, "looked at less than a second ago")
      let second = current(after: .milliseconds(6_100))
      #expect(second !== first)
      #expect(current(after: .seconds(8)) === second)
      #expect(complaints.isEmpty)
    }
  }

  @Test func `a half-written pair is not taken, and complained of once`() throws {
    try withFiles { files, authority in
      let source = try TLSContextSource.server(files, clients: .none)
      var complaints: [String] = []
      func current(after delay: Duration) -> TLSContext { source.current(now: now + delay) { complaints.append($0) } }
      let first = current(after: .zero)
      let renewed = try authority.identity()
      try PrivateFile.write(renewed.certificateChain, to: files.certificate!)
      #expect(current(after: .seconds(2)) === first)
      #expect(current(after: .seconds(4)) === first)
      #expect(complaints.count == 1)
      #expect(complaints.first?.contains("a.pem") == true && complaints.first?.contains("does not belong") == true)
      unsafe unlink(files.key!)
      #expect(current(after: .seconds(6)) === first)
      #expect(complaints.count == 2)
      try PrivateFile.write(renewed.privateKey, to: files.key!)
      #expect(current(after: .seconds(8)) !== first)
      #expect(complaints.count == 2)
    }
  }

  @Test func `files that cannot be used at the beginning are an error that names them`() throws {
    let none = TLSFiles(certificate: "/nowhere/a.pem", key: "/nowhere/a.key")
    let error = #expect(throws: TLSError.self) { try TLSContextSource.server(none, clients: .none) }
    #expect(error?.description.contains("/nowhere/a.pem") == true)
    #expect(throws: TLSError.self) { try TLSContextSource.server(TLSFiles(), clients: .none) }
  }
}
