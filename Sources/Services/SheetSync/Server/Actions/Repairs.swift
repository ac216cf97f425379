import Glibc
import Logging
import Messages
import Postgres
import RPC
import SheetSyncDomain

/// Sets right what programs that died left behind: actions that nobody does any more, and statuses that nobody wrote.
struct Repairs: Sendable {
  static let leaseSeconds = 15
  static let pause: Duration = .seconds(5)

  let context: ActionContext

  /// Once, before the service serves.
  func atStart() async throws {
    try await context.store.renewLease(seconds: Self.leaseSeconds)
    try await endOrphans(isStart: true)
    try await context.store.forgetOldThings()
  }

  /// While the service serves: renews the lease and looks after those whose lease has run out. A database that is away is waited for.
  func whileServing() async throws {
    while true {
      try await Task.sleep(for: Self.pause)
      do {
        try await context.store.renewLease(seconds: Self.leaseSeconds)
        try await endOrphans(isStart: false)
      } catch let error as CancellationError {
        throw error
      } catch {
        context.logger.warning("the lease could not be renewed", metadata: ["error": "\(error)"])
      }
    }
  }

  /// While the service serves: pays debts, and looks up what became of saves that died while their rows were sent, and writes it beside
  /// the rows. What cannot be looked up now is tried again.
  func settleWhileServing() async throws {
    // Not beside the lease: a workbook whose keeper is away can take longer than the lease lasts.
    await payDebts()
    var rests = Rests()
    while true {
      do {
        for save in try await context.store.unsettledSaves(except: rests.now) {
          if !(await SaveSettlement(context: context, save: save).perform()) { rests.add(save.run.actionRunId) }
        }
      } catch let error as CancellationError {
        throw error
      } catch {
        context.logger.warning("unsettled saves could not be read", metadata: ["error": "\(error)"])
      }
      try await Task.sleep(for: Self.pause)
    }
  }

  private func endOrphans(isStart: Bool) async throws {
    let dead = try await context.store.busyInstances().filter { isDead($0, isStart: isStart) }.map(\.name)
    guard !dead.isEmpty else { return }
    let now = context.clock.nowUs()
    for run in try await context.store.endActions(of: dead, ending: { Self.interrupted($0, nowUs: now) }) {
      context.logger.warning(
        "an action was interrupted", metadata: ["action_run_id": "\(run.actionRunId)", "action": "\(run.action)"])
    }
  }

  private func isDead(_ instance: BusyInstances.Instance, isStart: Bool) -> Bool {
    // Whoever had this program's name before it, in a container for example, is gone.
    if instance.name == context.store.instance { return isStart }
    return !instance.hasLease || Self.isGoneFromThisMachine(instance.name, own: context.store.instance)
  }

  /// Whether the name, `service@host.process`, is of this host and of a process that is no more.
  static func isGoneFromThisMachine(_ name: String, own: String) -> Bool {
    guard let dot = name.lastIndex(of: "."), let ownDot = own.lastIndex(of: "."), name[..<dot] == own[..<ownDot],
      let process = Int32(name[name.index(after: dot)...]), process > 0
    else { return false }
    // A killed process whose parent has not yet taken notice is still listed, as a zombie.
    return ["Z", "X", nil].contains(state(of: process))
  }

  /// The state that the kernel gives a process, the third field of its stat; nil when there is no such process.
  private static func state(of process: Int32) -> Character? {
    let file = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    // The name before it may hold anything, brackets and spaces included.
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    return text.lastIndex(of: ")").flatMap { text[$0...].dropFirst(2).first }
  }

  /// An action that nobody does any more, with what is known of how far it came.
  static func interrupted(_ run: ActionRun, nowUs: Int64) -> ActionRun {
    var run = run
    let step = run.substeps.last?.name ?? ""
    if let last = run.substeps.indices.last, run.substeps[last].status == .running {
      run.substeps[last].status = .interrupted
      run.substeps[last].message = "lodestar-sync ended here"
    }
    let said: String =
      switch step {
      case "send":
        "Rows may have been stored, in part or all; their statuses say which as soon as that can be looked up. To repeat the save is safe: what is stored already counts as unchanged."
      case "write_back":
        "The rows were stored as they were answered; their statuses are written by the next action on this workbook, if they are missing."
      case "submit":
        run.runId.isEmpty
          ? "Whether a run was asked for is not known; repeat the action."
          : "The run \(run.runId) was asked for; write it with pm.optimize.write_results."
      case "solve", "write_results":
        "The run \(run.runId) goes on in the optimizer and is stored there; write it into the workbook with pm.optimize.write_results."
      case "statuses", "write":
        "What was written to the workbook is right, and nothing was stored; repeat the action for the rest."
      case "suggest": "The suggestions written so far stay; repeat the action for the rest."
      case "cancel": "Whether the run was cancelled is not known; repeat the action."
      default: "Nothing was stored and the workbook was left as it is; repeat the action."
      }
    run.status = .interrupted
    run.finishedAtUs = max(nowUs, run.startedAtUs)
    run.message = "lodestar-sync ended in the middle of this. \(said)"
    return run
  }

  /// Writes statuses that workbooks are owed. One that cannot be written now is left for the next action on it.
  private func payDebts() async {
    do {
      for path in try await context.store.owedWorkbooks() {
        do {
          try await payDebts(of: path)
        } catch {
          context.logger.notice("statuses stay unwritten", metadata: ["workbook": "\(path)", "error": "\(error)"])
        }
      }
    } catch {
      context.logger.warning("unwritten statuses could not be read", metadata: ["error": "\(error)"])
    }
  }

  func payDebts(of path: String) async throws {
    try await context.locks.holding(path) {
      let report = try await context.workbooks.withWorkbook(path, editing: true) { workbook in
        try await context.payDebts(of: path, in: workbook)
      }
      context.logger.info("statuses were written late", metadata: ["workbook": "\(path)", "rows": "\(report.rowsWritten)"])
    }
  }
}

/// What could not be settled rests for a while that doubles each time, so that one workbook that is away neither hides the others nor is
/// asked for on and on.
private struct Rests {
  static let longest: Duration = .seconds(600)

  private var rests: [String: (until: ContinuousClock.Instant, length: Duration)] = [:]

  /// The actions that rest.
  var now: [String] { rests.filter { $0.value.until > .now }.map(\.key) }

  mutating func add(_ actionRunID: String) {
    let length = min(rests[actionRunID].map { $0.length * 2 } ?? Repairs.pause / 2, Self.longest)
    rests[actionRunID] = (.now + length, length)
  }
}
