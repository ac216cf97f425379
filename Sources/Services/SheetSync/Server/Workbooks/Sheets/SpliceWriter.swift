internal import Glibc

/// Copies a part as it is parsed, with pieces put in and left out. Places are byte offsets in the part that is read, and have to
/// come in rising order.
struct SpliceWriter {
  /// Holds the new part from its start on.
  let output: Descriptor
  private var written: Int64 = 0
  private var buffer: [UInt8] = []
  /// What has been read and neither copied nor skipped yet.
  private var window: [UInt8] = []
  private var windowStart = 0
  /// How much of the window's beginning is done with; it is dropped once per chunk, because dropping moves the rest.
  private var done = 0
  private var fault: SystemFault?
  /// Its first bytes, which tell its encoding.
  private var beginning: [UInt8] = []
  var encoding = PartEncoding.utf8

  init(output: Descriptor) {
    self.output = output
  }

  /// How many bytes have been read.
  var position: Int { windowStart + window.count }
  /// How many bytes the new part has.
  var size: Int64 { written + Int64(buffer.count) }

  mutating func read(_ bytes: UnsafeRawBufferPointer) {
    window.removeFirst(done)
    windowStart += done
    done = 0
    if beginning.count < 4 { unsafe beginning.append(contentsOf: bytes.prefix(4)) }
    unsafe window.append(contentsOf: bytes)
  }

  mutating func chooseEncoding(declared: String?) {
    encoding = PartEncoding(firstBytes: beginning, declared: declared)
  }

  /// The text of a stretch that has neither been copied nor skipped yet.
  func text(in range: Range<Int>) -> String {
    encoding.decode(window[(range.lowerBound - windowStart)..<(range.upperBound - windowStart)])
  }

  mutating func copy(upTo offset: Int) {
    let end = offset - windowStart
    guard end > done else { return }
    buffer.append(contentsOf: window[done..<end])
    done = end
    if buffer.count >= 1 << 18 { flush() }
  }

  mutating func skip(to offset: Int) {
    done = max(done, offset - windowStart)
  }

  /// Puts in text, which is given in UTF-8 whatever the part's own encoding.
  mutating func insert(_ text: [UInt8]) {
    buffer += encoding == .utf8 ? text : encoding.encode(String(decoding: text, as: UTF8.self))
  }

  /// Throws what went wrong with writing so far.
  func check() throws(SystemFault) {
    if let fault { throw fault }
  }

  mutating func flush() {
    guard fault == nil else { return buffer.removeAll() }
    do throws(SystemFault) {
      try writeAll(buffer[...], to: output.number, at: written)
    } catch {
      fault = error
    }
    written += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }
}
