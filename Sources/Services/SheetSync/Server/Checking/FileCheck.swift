import Glibc
import Messages

/// Whether a file is there, can be read and replaced, and is left alone by others.
struct FileCheck {
  /// A save writes the file anew beside the old one, and its sheets once more on the way.
  static let spaceFactor: Int64 = 3

  let path: String

  init(_ path: String) { self.path = path }

  var findings: [WorkbookFinding] {
    do throws(WorkbookError) {
      let place = try WorkbookPath(path)
      let (file, size) = try presence(of: place)
      guard file.severity != .error else { return [file] }
      return [file, space(place, size), open(place), lock(place)].compactMap { $0 }
    } catch {
      return [WorkbookFinding("file", .error, error.message)]
    }
  }

  private func presence(of place: WorkbookPath) throws(WorkbookError) -> (WorkbookFinding, size: Int64) {
    let status: stat
    do throws(SystemFault) { status = try Descriptor.open(place.path, flags: O_RDONLY | O_NONBLOCK).status() } catch {
      throw .system(place.name, doing: "opening it", errno: error.code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw WorkbookError(
        .notAWorkbook, file: place.name, problem: "this is no file", mend: "Give the path of the workbook itself.")
    }
    // A save replaces the file, which takes the right to write into its folder as well.
    for path in [place.path, place.folder] where unsafe access(path, W_OK) != 0 {
      let error = WorkbookError.system(
        place.name, doing: path == place.folder ? "writing into its folder" : "writing it", errno: errno)
      return (WorkbookFinding("file", .error, error.message), 0)
    }
    return (WorkbookFinding("file", .info, "It is there and can be written."), Int64(status.st_size))
  }

  private func space(_ place: WorkbookPath, _ size: Int64) -> WorkbookFinding? {
    var system = statvfs()
    guard unsafe statvfs(place.folder, &system) == 0 else { return nil }
    let free = Int64(clamping: UInt64(system.f_bavail).multipliedReportingOverflow(by: UInt64(system.f_frsize)).partialValue)
    guard free < size * Self.spaceFactor else { return nil }
    return WorkbookFinding(
      "file", .warning,
      "The disk has \(free >> 20) MiB left, and a save of this file may take \((size * Self.spaceFactor) >> 20) MiB for a moment. Free some."
    )
  }

  private func open(_ place: WorkbookPath) -> WorkbookFinding {
    if let holder = OpenElsewhere.check(folder: place.folder, name: place.name) {
      return WorkbookFinding("open", .error, holder.message)
    }
    return WorkbookFinding("open", .info, "No spreadsheet program has it open.")
  }

  /// Asks for the lock as a reader would, and gives it back at once: whoever edits has it alone.
  private func lock(_ place: WorkbookPath) -> WorkbookFinding? {
    guard let file = try? Descriptor.open(place.path, flags: O_RDONLY | O_NONBLOCK),
      flock(file.number, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK
    else { return nil }
    return WorkbookFinding(
      "lock", .warning, "Another program has it locked; an action waits for a few seconds and is then refused.")
  }
}
