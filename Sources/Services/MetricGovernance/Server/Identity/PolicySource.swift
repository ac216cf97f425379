import Glibc
import Logging
import Reactor
import Synchronization

/// The policy as it stands, from its file: read again when that has changed. While the file cannot be used, what it said before holds.
final class PolicySource: Sendable {
  /// A file by what changes when it is written, in place or by renaming another over it.
  private struct Stamp: Equatable {
    var inode: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int

    init?(path: String) {
      var facts = stat()
      guard unsafe stat(path, &facts) == 0 else { return nil }
      inode = UInt64(facts.st_ino)
      size = Int64(facts.st_size)
      seconds = facts.st_mtim.tv_sec
      nanoseconds = facts.st_mtim.tv_nsec
    }
  }

  private struct State {
    var policy = Policy.empty
    var stamp: Stamp?
    var hasLooked = false
  }

  private static let mostBytes = 1 << 20

  private let path: String?
  /// Whether there is anything that could give roles.
  let isNamed: Bool
  private let state: Mutex<State>

  /// Always the same policy.
  init(_ policy: Policy) {
    path = nil
    isNamed = true
    state = Mutex(State(policy: policy))
  }

  /// - Parameter path: LODESTAR_POLICY; without one nobody has a role.
  init(path: String?) {
    self.path = path
    isNamed = path != nil
    state = Mutex(State())
  }

  /// The policy now. The file is looked at each time: those who ask are about to change something, which takes far longer.
  func current(_ logger: @autoclosure () -> Logger) -> Policy {
    guard let path else { return state.withLock(\.policy) }
    let stamp = Stamp(path: path)
    let (policy, problem) = state.withLock { state -> (Policy, String?) in
      if state.hasLooked, state.stamp == stamp { return (state.policy, nil) }
      state.hasLooked = true
      state.stamp = stamp
      switch Self.read(path) {
      case .success(let policy):
        state.policy = policy
        return (policy, nil)
      case .failure(let error): return (state.policy, error.description)
      }
    }
    if let problem {
      logger().error(
        "the policy file cannot be used; what it said before holds", metadata: ["file": "\(path)", "problem": "\(problem)"])
    }
    return policy
  }

  private static func read(_ path: String) -> Result<Policy, PolicyError> {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(PolicyError(problems: [SocketError.text(of: errno)])) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
    var count = 0
    while count < bytes.count {
      let offset = count
      let got = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { return .failure(PolicyError(problems: [SocketError.text(of: errno)])) }
      if got == 0 { break }
      count += got
    }
    guard count <= mostBytes else { return .failure(PolicyError(problems: ["it is larger than 1 MiB"])) }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      return .failure(PolicyError(problems: ["it is not UTF-8"]))
    }
    do throws(PolicyError) {
      return .success(try Policy(yaml: text))
    } catch {
      return .failure(error)
    }
  }
}
