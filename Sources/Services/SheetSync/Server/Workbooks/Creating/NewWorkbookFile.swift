internal import Glibc

extension NewWorkbook {
  /// Writes the workbook into an existing folder. A file of its name that is there already stays as it is.
  ///
  /// - Returns: the new file's path.
  func write(toFolder folder: String) throws(WorkbookError) -> String {
    let path = folder.hasSuffix("/") ? folder + fileName : "\(folder)/\(fileName)"
    let temporaryPath = String(path.dropLast(fileName.count)) + ".lodestar-new-\(getpid())-\(fileName).tmp"
    unsafe unlink(temporaryPath)
    defer { unsafe unlink(temporaryPath) }
    let output: Descriptor
    do throws(SystemFault) {
      output = try Descriptor.open(temporaryPath, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o644)
    } catch {
      throw fault(error)
    }
    try PackageWriter.write(parts, to: output, file: fileName)
    do throws(SystemFault) {
      guard fsync(output.number) == 0 else { throw SystemFault(code: errno) }
      // A link, unlike a rename, never takes the place of a file that somebody made meanwhile.
      guard unsafe link(temporaryPath, path) == 0 else { throw SystemFault(code: errno) }
    } catch {
      throw fault(error)
    }
    if let folder = try? Descriptor.open(folder, flags: O_RDONLY | O_DIRECTORY) { fsync(folder.number) }
    return path
  }

  private func fault(_ fault: SystemFault) -> WorkbookError {
    switch fault.code {
    case EEXIST:
      WorkbookError(
        .alreadyExists, file: fileName, problem: "there is a file of this name already",
        mend: "Move it away, or choose another folder.")
    case ENOENT, ENOTDIR:
      WorkbookError(
        .notFound, file: fileName, problem: "the folder it should go into does not exist",
        mend: "Make the folder, or choose another.")
    default: .system(fileName, doing: "making the file", errno: fault.code)
    }
  }
}
