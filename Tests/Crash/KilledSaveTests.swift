import Foundation
import SeededNumbers
import TestSupport
import Testing

/// A save whose services are killed -9 at any of its steps ends, after the restart, with sheet and database agreeing: a row's status says that
/// it is saved if and only if it is stored as it is typed. `make crash` does it in 200 rounds.
@Suite(.serialized) struct KilledSaveTests {
  /// Half of the rounds are lodestar-sync's, which has the steps.
  private static let victims = ["sync", "compiler", "sync", "metrics"]
  private static let steps = ["read", "send", "write_back"]

  private static var rounds: Int {
    ProcessInfo.processInfo.environment["LODESTAR_CRASH_ROUNDS"].flatMap(Int.init) ?? 3
  }

  private static func tab(_ round: Int, killing victim: String) -> SavedTab {
    switch victim {
    case "metrics": .metrics
    case "compiler": [.candidates, .contributions, .backlog][round % 3]
    default: [.candidates, .metrics, .contributions, .backlog][round / 2 % 4]
    }
  }

  /// What became of the rounds.
  private struct Tally {
    var struck: [String: Int] = [:]
    var acknowledged = 0
    var endedByItself = 0
    var repeated = 0

    var lines: String {
      let places = struck.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      return "struck at: \(places)\n\(acknowledged) acknowledged, \(endedByItself) ended by themselves after the restart, "
        + "\(repeated) repeated as their callers were told"
    }
  }

  @Test(.timeLimit(.minutes(120))) func `a save that is killed at any of its steps ends with sheet and database agreeing`() throws {
    let seed = ProcessInfo.processInfo.environment["LODESTAR_CRASH_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let started = ContinuousClock.now
    let system = try RunningSystem.start()
    defer { system.stop() }
    let books = try system.savedWorkbooks()
    let undisturbed = try microseconds(ofSaving: .candidates, in: system, books)
    var tally = Tally()
    for round in 0..<Self.rounds {
      let victim = Self.victims[round % 4]
      let tab = Self.tab(round, killing: victim)
      let moment = Self.moment(round, undisturbed: undisturbed, using: &random)
      let context: Comment = "round \(round), seed \(seed): \(victim) killed \(moment) of a save of \(tab)"
      do {
        try self.round(round, killing: victim, at: moment, tab, system, books, &tally, context)
      } catch { Issue.record(error, context) }
    }
    let time = (ContinuousClock.now - started) / .seconds(1)
    print("\(Self.rounds) rounds, seed \(seed), \(Int(time)) s\n\(tally.lines)")
    if Self.rounds >= 100 {
      for step in Self.steps { #expect(tally.struck[step, default: 0] > 0, "no kill has struck \(step)") }
    }
  }

  /// Every second time stepped through the whole of a save, else at one of its steps.
  private static func moment(_ round: Int, undisturbed: Int, using random: inout SeededGenerator) -> KillMoment {
    if round % 8 < 4 {
      let stratum = Double(round / 8 * 4 + round % 4) + Double.random(in: 0..<1, using: &random)
      return .after(microseconds: Int(stratum / Double((rounds + 1) / 2) * Double(undisturbed) * 1.2))
    }
    return .step(steps[round / 4 % 3], microseconds: Int.random(in: 0..<12_000, using: &random))
  }

  private func round(
    _ round: Int, killing victim: String, at moment: KillMoment, _ tab: SavedTab, _ system: RunningSystem, _ books: URL,
    _ tally: inout Tally, _ context: Comment
  ) throws {
    try tab.type("round \(round)", into: books)
    let before = try system.ask("SELECT count(*) FROM sync.action_runs")
    let save = ["save", books.appendingPathComponent(tab.book).path, tab.name]
    let killed = try KilledCommand.run(save, in: system, killing: system.processID(of: victim), at: moment)
    let struck = try place(of: victim, in: system, before: before)
    tally.struck[struck, default: 0] += 1
    let up = try system.lodestar("up")
    try #require(up.status == 0, "\(context): \(up.transcript)")
    try system.waitUntilNothingIsOwed()

    let agreement = try Agreement(tab, of: books, in: system)
    #expect(agreement.saved == 0 || agreement.unsaved == 0, "\(context): half saved: \(agreement)")
    // Who killed lodestar-compiler or lodestar-metrics has left lodestar-sync alive to tell its caller to repeat the save.
    if victim == "sync" || killed.status == 0 {
      #expect(agreement.breaches.isEmpty, "\(context): \(agreement)\n\(killed.transcript)")
    } else {
      #expect(killed.transcript.contains("lodestar up"), "\(context): \(killed.transcript)")
    }
    if killed.status == 0 {
      tally.acknowledged += 1
      #expect(agreement.unsaved == 0, "\(context): acknowledged, and \(agreement)")
    }
    guard agreement.unsaved > 0 || !agreement.breaches.isEmpty else {
      if killed.status != 0 { tally.endedByItself += 1 }
      return try expectNothingToSave(tab, system, books, context)
    }
    tally.repeated += 1
    let repeated = try Program.lodestar(save, state: system.state)
    #expect(repeated.status == 0, "\(context): \(repeated.transcript)")
    let ended = try Agreement(tab, of: books, in: system)
    #expect(ended.breaches.isEmpty && ended.unsaved == 0, "\(context): after the repetition \(ended)")
    try expectNothingToSave(tab, system, books, context)
  }

  /// lodestar-sync itself finds no cell that a save would change.
  private func expectNothingToSave(_ tab: SavedTab, _ system: RunningSystem, _ books: URL, _ context: Comment) throws {
    let preview = try system.json("preview", books.appendingPathComponent(tab.book).path, tab.name)
    #expect(preview["changedCells"] == nil && preview["changes"] == nil, "\(context): \(preview)")
  }

  /// Where the action was when the service was killed, as its record says.
  private func place(of victim: String, in system: RunningSystem, before: String) throws -> String {
    guard try system.ask("SELECT count(*) FROM sync.action_runs") != before else { return "not begun" }
    let step = try system.ask(
      """
      SELECT CASE status WHEN 1 THEN coalesce(substeps->-1->>'name', 'begun') ELSE 'ended' END
      FROM sync.action_runs ORDER BY started_at DESC LIMIT 1
      """)
    return victim == "sync" ? step : "\(victim)'s call"
  }

  private func microseconds(ofSaving tab: SavedTab, in system: RunningSystem, _ books: URL) throws -> Int {
    try tab.type("undisturbed", into: books)
    let started = ContinuousClock.now
    let outcome = try system.lodestar("save", books.appendingPathComponent(tab.book).path, tab.name)
    try #require(outcome.status == 0, "\(outcome.transcript)")
    return Int((ContinuousClock.now - started) / .microseconds(1))
  }
}
