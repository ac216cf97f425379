// Feeds one part of the services with whatever libFuzzer thinks of: fuzz-services TARGET [CORPUS] [libFuzzer's options].
// A finding ends the program, with the bytes in a file.

import Glibc

/// libFuzzer's own main, which is in the compiler's library.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The compiler's library asks for it by this name.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  unsafe chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

nonisolated(unsafe) var chosen = FuzzTarget.formula

guard let target = CommandLine.arguments.dropFirst().first.flatMap({ FuzzTarget(rawValue: $0) }) else {
  print("fuzz-services TARGET [CORPUS] [OPTIONS]; TARGET is one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
  exit(2)
}
unsafe chosen = target

var arguments = unsafe CommandLine.unsafeArgv
var count = CommandLine.argc - 1
// The target's name is ours; libFuzzer sees the program's name in its place.
unsafe arguments[1] = arguments[0]
unsafe arguments += 1
exit(unsafe runFuzzer(&count, &arguments, testOneInput))
