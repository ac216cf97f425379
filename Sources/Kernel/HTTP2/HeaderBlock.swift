import Glibc

/// A list of header fields in one piece of memory: names in lower case, values as bytes, in the order of the wire.
public struct HeaderBlock: Sendable, Equatable, Sequence {
  /// A name and its value, still in the block's memory.
  public struct Field: Sendable {
    public let name: ArraySlice<UInt8>
    public let value: ArraySlice<UInt8>
  }

  struct Position: Sendable, Equatable {
    var name: Int
    var value: Int
    var end: Int
  }

  private(set) var bytes: [UInt8] = []
  private(set) var positions: [Position] = []
  /// Whether fields were dropped since the block was larger than allowed.
  public internal(set) var isTruncated = false

  public init() {}

  init(bytes: [UInt8], positions: [Position]) {
    self.bytes = bytes
    self.positions = positions
  }

  public var count: Int { positions.count }
  public var isEmpty: Bool { positions.isEmpty }

  /// The size as RFC 9113, section 6.5.2 counts it: every name and value, and 32 bytes for each field.
  public var size: Int { bytes.count + 32 * positions.count }

  /// Adds a field at the end; its name has to be in lower case.
  public mutating func append(_ name: StaticString, _ value: StaticString) {
    unsafe append(
      name: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount),
      value: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
  }

  /// Adds a field whose value is known only now.
  public mutating func append(_ name: StaticString, _ value: some Collection<UInt8>) {
    unsafe append(name: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), value: value)
  }

  /// Adds a field of which nothing is known before.
  public mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: name)
    let middle = bytes.count
    bytes.append(contentsOf: value)
    positions.append(Position(name: start, value: middle, end: bytes.count))
  }

  /// The first value of that name.
  public func value(of name: StaticString) -> ArraySlice<UInt8>? {
    let length = name.utf8CodeUnitCount
    return unsafe bytes.withUnsafeBufferPointer { memory in
      for position in positions where position.value - position.name == length {
        guard let start = memory.baseAddress, unsafe memcmp(start + position.name, name.utf8Start, length) == 0 else { continue }
        return bytes[position.value..<position.end]
      }
      return nil
    }
  }

  /// Goes over the fields in the order of the wire.
  public func makeIterator() -> Iterator { Iterator(block: self) }

  /// Where a walk over the fields is.
  public struct Iterator: IteratorProtocol {
    private let block: HeaderBlock
    private var index = 0

    init(block: HeaderBlock) { self.block = block }

    public mutating func next() -> Field? {
      guard index < block.positions.count else { return nil }
      let position = block.positions[index]
      index += 1
      return Field(name: block.bytes[position.name..<position.value], value: block.bytes[position.value..<position.end])
    }
  }
}

extension HeaderBlock.Field {
  /// Whether the field has that name, which has to be in lower case.
  public func isNamed(_ name: StaticString) -> Bool {
    unsafe self.name.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }
}
