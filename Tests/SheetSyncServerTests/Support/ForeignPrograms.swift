import Foundation
import TestSupport
import Testing

/// Runs a Python program with arguments; nothing runs where there is no Python with the packages of Tests/requirements.txt.
func python(_ program: String, _ arguments: String..., in folder: TemporaryFolder) -> (status: Int32, output: String) {
  python(program, arguments, in: folder)
}

func python(_ program: String, _ arguments: [String], in folder: TemporaryFolder) -> (status: Int32, output: String) {
  guard let interpreter = Program.python else { return (-1, "there is no python3 with Tests/requirements.txt: make tools") }
  let script = folder.file("check-\(abs(program.hashValue)).py")
  writeFile(Array(program.utf8), to: script)
  return shell("'\(interpreter.path)' '\(script)' " + arguments.map { "'\($0)'" }.joined(separator: " "))
}

extension Trait where Self == ConditionTrait {
  /// Runs where `python` does.
  static var needsPython: Self {
    .enabled(if: Program.python != nil, "SKIPPED: needs python3 with Tests/requirements.txt: make tools installs it")
  }

  static var needsLibreOffice: Self {
    .enabled(if: Program.find("soffice") != nil, "SKIPPED: needs LibreOffice: apt-get install libreoffice-calc installs it")
  }
}
