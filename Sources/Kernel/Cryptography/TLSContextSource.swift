import Glibc
import Synchronization

/// The files that a side's certificates are kept in, all PEM.
public struct TLSFiles: Sendable, Equatable {
  /// The own certificate and those that lead to the authority; nil for a client that shows none.
  public var certificate: String?
  /// The private key of the certificate.
  public var key: String?
  /// Who is trusted; nil for those that the machine trusts.
  public var authority: String?

  public init(certificate: String? = nil, key: String? = nil, authority: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.authority = authority
  }

  var paths: [String] { [certificate, key, authority].compactMap { $0 } }

  func identity() throws(TLSError) -> TLSIdentity? {
    guard let certificate, let key else { return nil }
    return TLSIdentity(certificateChain: try PrivateFile.read(certificate), privateKey: try PrivateFile.read(key))
  }

  func trust() throws(TLSError) -> TLSTrust {
    guard let authority else { return .system }
    return .authorities(try PrivateFile.read(authority))
  }
}

/// Gives the context for the next connection, made anew when its files have changed. Connections that are open keep theirs.
public final class TLSContextSource: Sendable {
  /// The files are looked at when somebody connects, and no more often than this.
  public static let usualLookInterval = Duration.seconds(1)

  private struct State {
    var context: TLSContext
    var stamps: [FileStamp?]
    /// What the files were when they could not be used, so that each state of theirs is complained of once.
    var refused: [FileStamp?]?
    var nextLook: ContinuousClock.Instant
  }

  private let lookInterval: Duration
  private let paths: [String]
  private let make: @Sendable () throws(TLSError) -> TLSContext
  private let state: Mutex<State>

  /// Always the same context.
  public init(_ context: TLSContext) {
    paths = []
    lookInterval = Self.usualLookInterval
    make = { () throws(TLSError) in context }
    state = Mutex(State(context: context, stamps: [], refused: nil, nextLook: .now))
  }

  /// A server's, from files. Throws when they cannot be used.
  public static func server(
    _ files: TLSFiles, clients: ClientVerification, minimumVersion: TLSVersion = .tls13,
    lookInterval: Duration = TLSContextSource.usualLookInterval
  ) throws(TLSError) -> TLSContextSource {
    try TLSContextSource(files, lookInterval) { () throws(TLSError) in
      guard let identity = try files.identity() else { throw TLSError("a TLS server needs a certificate and its key") }
      return try TLSContext.server(
        identity: identity, clients: clients, trust: try files.trust(), minimumVersion: minimumVersion)
    }
  }

  /// A client's, from files. Throws when they cannot be used.
  public static func client(
    _ files: TLSFiles, minimumVersion: TLSVersion = .tls13, lookInterval: Duration = TLSContextSource.usualLookInterval
  ) throws(TLSError) -> TLSContextSource {
    try TLSContextSource(files, lookInterval) { () throws(TLSError) in
      try TLSContext.client(identity: try files.identity(), trust: try files.trust(), minimumVersion: minimumVersion)
    }
  }

  private init(
    _ files: TLSFiles, _ lookInterval: Duration, _ make: @escaping @Sendable () throws(TLSError) -> TLSContext
  ) throws(TLSError) {
    paths = files.paths
    self.lookInterval = lookInterval
    self.make = make
    let stamps = paths.map(FileStamp.init(path:))
    state = Mutex(State(context: try make(), stamps: stamps, refused: nil, nextLook: .now.advanced(by: lookInterval)))
  }

  /// The context for a connection that begins now.
  /// - Parameter warn: told when the files have changed and cannot be used (one of a pair may be written still): the old ones stay.
  public func current(now: ContinuousClock.Instant = .now, warn: (String) -> Void) -> TLSContext {
    let (context, complaint) = state.withLock { state -> (TLSContext, String?) in
      guard !paths.isEmpty, now >= state.nextLook else { return (state.context, nil) }
      state.nextLook = now.advanced(by: lookInterval)
      return (state.context, look(&state))
    }
    guard let complaint else { return state.withLock { $0.context } }
    warn(complaint)
    return context
  }

  /// Takes the files if they have changed; answers why they could not be taken.
  private func look(_ state: inout State) -> String? {
    let stamps = paths.map(FileStamp.init(path:))
    guard stamps != state.stamps, stamps != state.refused else { return nil }
    do throws(TLSError) {
      let context = try make()
      // Files that changed while they were read may be halves of two pairs: they are read again at the next look.
      guard paths.map(FileStamp.init(path:)) == stamps else { return nil }
      state.context = context
      state.stamps = stamps
      state.refused = nil
      return nil
    } catch {
      state.refused = stamps
      return "\(paths.joined(separator: ", ")) changed and cannot be used; the certificates of before stay: \(error)"
    }
  }
}

/// What tells one state of a file from another without reading it.
private struct FileStamp: Equatable {
  let inode: UInt64
  let bytes: Int64
  let seconds: Int64
  let nanoseconds: Int64

  /// Nil when there is no such file.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    inode = UInt64(status.st_ino)
    bytes = Int64(status.st_size)
    seconds = Int64(status.st_mtim.tv_sec)
    nanoseconds = Int64(status.st_mtim.tv_nsec)
  }
}
