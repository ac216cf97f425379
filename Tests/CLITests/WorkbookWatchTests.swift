import Foundation
import Testing

@testable import lodestar

/// When a watched workbook is saved, on a clock that the test moves.
@Suite struct WorkbookWatchTests {
  private static let first = FileState(device: 1, inode: 7, size: 100, modifiedUs: 1_000_000)
  private static let typed = FileState(device: 1, inode: 8, size: 120, modifiedUs: 60_000_000)
  private static let ours = FileState(device: 1, inode: 9, size: 125, modifiedUs: 70_000_000)

  private func look(_ watch: inout WorkbookWatch, _ state: FileState?, open: Bool = false, at now: Int64) -> WorkbookWatch.Step {
    watch.look(state, isOpenElsewhere: open, now: now)
  }

  @Test func `what is there at the beginning is left alone`() {
    var watch = WorkbookWatch(Self.first)
    #expect(look(&watch, Self.first, at: 0) == .wait)
    #expect(look(&watch, Self.first, at: 1_000_000) == .wait)
  }

  @Test func `a change is saved once it has been left alone`() {
    var watch = WorkbookWatch(Self.first)
    #expect(look(&watch, Self.typed, at: 5_000) == .wait)
    #expect(look(&watch, Self.typed, at: 5_999) == .wait)
    #expect(look(&watch, Self.typed, at: 6_000) == .save)
  }

  @Test func `a file that is being written is waited for`() {
    var watch = WorkbookWatch(Self.first)
    var state = Self.typed
    for now in stride(from: Int64(0), to: 5_000, by: 500) {
      state.size += 1
      #expect(look(&watch, state, at: now) == .wait)
    }
    #expect(look(&watch, state, at: 5_400) == .wait)
    #expect(look(&watch, state, at: 5_500) == .save)
  }

  @Test func `a save's own writing is no change, somebody's after it is`() {
    var watch = WorkbookWatch(Self.first)
    watch.saved(Self.ours, finishedAtUs: 70_000_500, wasChangedMeanwhile: false, now: 10_000)
    #expect(look(&watch, Self.ours, at: 20_000) == .wait)
    var later = Self.ours
    later.modifiedUs += 1_000_000
    #expect(look(&watch, later, at: 20_200) == .wait)
    #expect(look(&watch, later, at: 21_200) == .save)
  }

  @Test func `what somebody typed while a save went on is saved as well, once`() {
    var watch = WorkbookWatch(Self.first)
    watch.saved(Self.ours, finishedAtUs: 70_000_500, wasChangedMeanwhile: true, now: 10_000)
    #expect(look(&watch, Self.ours, at: 10_900) == .wait)
    #expect(look(&watch, Self.ours, at: 11_000) == .save)
    watch.saved(Self.ours, finishedAtUs: 75_000_000, wasChangedMeanwhile: false, now: 11_500)
    #expect(look(&watch, Self.ours, at: 60_000) == .wait)

    var late = Self.ours
    late.modifiedUs = 80_000_000
    watch.saved(late, finishedAtUs: 75_000_000, wasChangedMeanwhile: false, now: 70_000)
    #expect(look(&watch, late, at: 71_000) == .save)
  }

  @Test func `a workbook that is open is saved when it is closed, and that is said once`() {
    var watch = WorkbookWatch(Self.first)
    #expect(look(&watch, Self.typed, open: true, at: 0) == .wait)
    guard case .tell(let words) = look(&watch, Self.typed, open: true, at: 1_000) else {
      Issue.record("nothing is told")
      return
    }
    #expect(words.contains("still open"))
    #expect(look(&watch, Self.typed, open: true, at: 2_000) == .wait)
    #expect(look(&watch, Self.typed, at: 3_000) == .save)
  }

  @Test func `a file that goes is waited for`() {
    var watch = WorkbookWatch(Self.first)
    #expect(look(&watch, nil, at: 0) == .wait)
    #expect(look(&watch, nil, at: 1_000) == .tell("the file is gone; it is saved when it is back"))
    #expect(look(&watch, nil, at: 9_000) == .wait)
    #expect(look(&watch, Self.typed, at: 10_000) == .wait)
    #expect(look(&watch, Self.typed, at: 11_000) == .save)
  }

  @Test func `a save that could not be done is tried again after a pause`() {
    var watch = WorkbookWatch(Self.first)
    _ = look(&watch, Self.typed, at: 0)
    #expect(look(&watch, Self.typed, at: 1_000) == .save)
    watch.failed(Self.typed, now: 1_100)
    #expect(look(&watch, Self.typed, at: 6_000) == .wait)
    #expect(look(&watch, Self.typed, at: 6_100) == .save)
  }

  @Test func `a file's state tells one writing from the next, and signs beside it are seen`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lodestar-watch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "Plan.xlsx")
    #expect(FileState.now(at: file.path) == nil)
    try Data("one".utf8).write(to: file)
    let one = try #require(FileState.now(at: file.path))
    #expect(one.size == 3 && FileState.now(at: file.path) == one)
    try Data("other".utf8).write(to: file, options: .atomic)
    #expect(FileState.now(at: file.path) != one)
    for sign in [".~lock.Plan.xlsx#", "~$Plan.xlsx"] {
      #expect(!FileState.isOpenElsewhere(file.path))
      try Data().write(to: folder.appending(path: sign))
      #expect(FileState.isOpenElsewhere(file.path))
      try FileManager.default.removeItem(at: folder.appending(path: sign))
    }
  }
}
