import Glibc
import Logging
import MetricGovernanceDomain
import Synchronization

/// The uses that must not be lost, in files: see ``JournalSegment``. What is in a journal survives the end of the process in any way; of a
/// power cut it survives what the system had written to the disk (by its own habit every 30 seconds) and what was counted in the
/// database before, which is everything but the last second while that is there.
final class UsageJournal: Sendable {
  private struct State {
    var current: JournalSegment?
    /// Full, or left by others; counted up to where the database says.
    var closed: [JournalSegment] = []
    /// What could not be written to a file, for want of room or rights.
    var unwritten = UseTally()
    var triedAt: Int64 = .min
  }

  let folder: String
  private let logger: Logger
  private let state = Mutex(State())
  private let registryID = Mutex("")

  init(folder: String, logger: Logger) {
    self.folder = folder
    self.logger = logger
  }

  /// LODESTAR_JOURNAL, or below the home directory's state folder; several instances may share one.
  static func folder(_ variables: [String: String]) -> String {
    func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let folder = value("LODESTAR_JOURNAL") { return folder }
    if let state = value("XDG_STATE_HOME") { return state + "/lodestar/usage" }
    if let home = value("HOME") { return home + "/.local/state/lodestar/usage" }
    return "/var/tmp/lodestar-usage-\(getuid())"
  }

  /// Makes the first file, and takes over those of instances that are gone. Throws when there can be no file.
  func open(registryID id: String) throws {
    registryID.withLock { $0 = id }
    var folders = ""
    for part in folder.split(separator: "/") {
      folders += (folders.isEmpty && !folder.hasPrefix("/") ? "" : "/") + part
      unsafe mkdir(folders, 0o700)
    }
    let first = try JournalSegment.create(in: folder, registryID: id)
    state.withLock { $0.current = first }
    takeOverLeftovers()
  }

  /// Files whose writers are gone become this instance's.
  func takeOverLeftovers() {
    let own = registryID.withLock { $0 }
    guard !own.isEmpty, let listing = unsafe opendir(folder) else { return }
    defer { unsafe closedir(listing) }
    var found: [JournalSegment] = []
    while let entry = unsafe readdir(listing) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      guard name.hasSuffix(JournalSegment.suffix) else { continue }
      let id = String(name.dropLast(JournalSegment.suffix.count))
      // Also this process's own files are locked: flock holds against everybody who opened the file anew.
      guard let segment = JournalSegment.takeOver("\(folder)/\(name)", id: id, registryID: own) else { continue }
      found.append(segment)
    }
    if found.isEmpty { return }
    logger.notice("uses that another instance left uncounted are taken over", metadata: ["journals": "\(found.count)"])
    state.withLock { $0.closed += found }
  }

  /// Notes one use. When it returns, the end of this process can no more undo it.
  func append(_ key: UnsafeRawBufferPointer, at moment: Instant) {
    state.withLock { state in
      if let current = state.current, unsafe current.append(key, at: moment) { return }
      if next(&state), let current = state.current, unsafe current.append(key, at: moment) { return }
      unsafe state.unwritten.add(key, at: moment)
    }
  }

  /// Begins another file; at most every second when that fails.
  private func next(_ state: inout State) -> Bool {
    let now = SteadyTime.now()
    let registryID = registryID.withLock { $0 }
    guard !registryID.isEmpty, state.current != nil || now - 1_000_000 > state.triedAt else { return false }
    if let full = state.current { state.closed.append(full) }
    state.current = nil
    state.triedAt = now
    do {
      state.current = try JournalSegment.create(in: folder, registryID: registryID)
      return true
    } catch {
      logger.error(
        "uses are counted in memory alone for now; they would be lost with this process", metadata: ["error": "\(error)"])
      return false
    }
  }

  // MARK: Counting

  /// A piece of a journal that may hold uses that are not counted.
  struct Piece: Sendable {
    let segment: JournalSegment
    let end: Int
    let isClosed: Bool
  }

  /// The oldest first.
  func pieces(atMost count: Int) -> [Piece] {
    state.withLock { state in
      let closed = state.closed.prefix(count).map { Piece(segment: $0, end: $0.end, isClosed: true) }
      return closed + (state.current.map { [Piece(segment: $0, end: $0.end, isClosed: false)] } ?? [])
    }
  }

  /// What is in memory only; it is the caller's from now on.
  func takeUnwritten() -> UseTally {
    state.withLock { state in
      defer { state.unwritten = UseTally() }
      return state.unwritten
    }
  }

  /// Everything in it is counted.
  func forget(_ segment: JournalSegment) {
    segment.remove()
    state.withLock { state in state.closed.removeAll { $0 === segment } }
  }

  /// The process ends in order: leaves no file behind when everything in it is counted, and answers whether that is so.
  func close(countedTo end: Int) -> Bool {
    state.withLock { state in
      guard let current = state.current, current.end == end else { return false }
      current.remove()
      state.current = nil
      return true
    }
  }
}
