import Foundation
import TestSupport
import Testing

/// A save on a machine whose disk is full, and one with a slow database: told truthfully, and in the end sheet and database agree.
@Suite(.serialized) struct FaultySaveTests {
  @Test(.timeLimit(.minutes(5))) func `a full disk leaves the workbook as it is, and its statuses come when there is room`() throws
  {
    let system = try RunningSystem.start()
    defer { system.stop() }
    let books = try system.savedWorkbooks()
    let tab = SavedTab.candidates
    let path = books.appendingPathComponent(tab.book)
    try tab.type("without room", into: books)
    let bytes = try Data(contentsOf: path)

    // Files of lodestar-sync may have 4 KiB, and whoever writes more is told so, as on a disk that is full; the others go on as they were.
    try system.killNow("sync")
    let starved = try Program.run(
      URL(fileURLWithPath: "/bin/sh"),
      ["-c", "trap '' XFSZ; ulimit -f 8; exec '\(Program.builtProducts.path)/lodestar' up"],
      environment: ["LODESTAR_STATE": system.state.path])
    try #require(starved.status == 0, "\(starved.transcript)")

    let saved = try system.lodestar("save", path.path, tab.name)
    #expect(saved.status == 1, "\(saved.transcript)")
    #expect(saved.output.contains("PARTIAL") && saved.output.contains("The statuses could not be written"), "\(saved.transcript)")
    #expect(try Data(contentsOf: path) == bytes, "the workbook is not what it was")
    #expect(try FileManager.default.contentsOfDirectory(atPath: books.path).allSatisfy { $0.hasSuffix(".xlsx") })
    #expect(try tab.storedNotes(system).values.allSatisfy { $0 == "without room" })
    let doctor = try system.lodestar("workbook", "doctor", path.path)
    #expect(doctor.output.contains("statuses of act_"), "\(doctor.transcript)")

    try system.killNow("sync")
    let up = try system.lodestar("up")
    try #require(up.status == 0, "\(up.transcript)")
    try system.waitUntilNothingIsOwed()
    let agreement = try Agreement(tab, of: books, in: system)
    #expect(agreement.breaches.isEmpty && agreement.unsaved == 0, "\(agreement)")
  }

  @Test(.timeLimit(.minutes(10))) func `with a slow database every step takes long, and a kill in any of them ends well`() throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    let books = try system.savedWorkbooks()
    let (proxy, environment) = try system.behindProxy("sync")
    defer { proxy.end() }
    proxy.delay(.milliseconds(40))
    let tab = SavedTab.candidates
    let save = ["save", books.appendingPathComponent(tab.book).path, tab.name]

    try system.killNow("sync")
    var service = try system.startByHand("sync", environment)
    defer { service.kill() }
    try tab.type("slow", into: books)
    let undisturbed = try Program.lodestar(save, state: system.state)
    #expect(undisturbed.status == 0, "\(undisturbed.transcript)")

    for (index, moment) in [
      KillMoment.step("read", microseconds: 60_000), .step("send", microseconds: 60_000),
      .step("write_back", microseconds: 60_000), .step("write_back", microseconds: 150_000),
    ].enumerated() {
      try tab.type("slow \(index)", into: books)
      let killed = try KilledCommand.run(save, in: system, killing: service.processID, at: moment)
      service = try system.startByHand("sync", environment)
      try system.waitUntilNothingIsOwed()
      let agreement = try Agreement(tab, of: books, in: system)
      #expect(agreement.breaches.isEmpty, "killed \(moment): \(agreement)\n\(killed.transcript)")
      if agreement.unsaved > 0 || !agreement.breaches.isEmpty {
        let repeated = try Program.lodestar(save, state: system.state)
        #expect(repeated.status == 0, "killed \(moment): \(repeated.transcript)")
      }
      let ended = try Agreement(tab, of: books, in: system)
      #expect(ended.breaches.isEmpty && ended.unsaved == 0, "killed \(moment): \(ended)")
    }
  }

  @Test(.timeLimit(.minutes(5))) func `connections to the database that break in the middle of a save end well`() throws {
    let system = try RunningSystem.start()
    defer { system.stop() }
    let books = try system.savedWorkbooks()
    let (proxy, environment) = try system.behindProxy("sync")
    defer { proxy.end() }
    let tab = SavedTab.backlog
    let path = books.appendingPathComponent(tab.book).path
    try system.killNow("sync")
    let service = try system.startByHand("sync", environment)
    defer { service.kill() }
    for (index, step) in ["read", "send", "write_back"].enumerated() {
      try tab.type("cut \(index)", into: books)
      let cut = try KilledCommand.run(["save", path, tab.name], in: system, at: .step(step, microseconds: 0)) { proxy.cut() }
      try system.waitUntilNothingIsOwed()
      let agreement = try Agreement(tab, of: books, in: system)
      #expect(agreement.saved == 0 || agreement.unsaved == 0, "cut at \(step): \(agreement)")
      if cut.status == 0 { #expect(agreement.breaches.isEmpty && agreement.unsaved == 0, "cut at \(step): \(agreement)") }
      let repeated = try system.lodestar("save", path, tab.name)
      #expect(repeated.status == 0, "cut at \(step): \(repeated.transcript)")
      let ended = try Agreement(tab, of: books, in: system)
      #expect(ended.breaches.isEmpty && ended.unsaved == 0, "cut at \(step): \(ended)\n\(cut.transcript)")
    }
  }
}
