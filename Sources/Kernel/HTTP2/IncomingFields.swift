/// The fields of a header block as they come in: one piece of memory that serves one block after the other, so that a request's head costs no
/// allocation and no reference counts. Belongs to its session; what is to outlive the event is copied (`HeaderBlock.init(_:)`).
@safe public struct IncomingFields: ~Copyable {
  private typealias Position = HeaderBlock.Position

  /// Both grow as a peer needs it, and keep their size: the sessions' limit of a head is theirs.
  private var bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 0)
  private var bytesCapacity = 0
  private var used = 0
  private var positions = UnsafeMutablePointer<Position>.allocate(capacity: 0)
  private var positionsCapacity = 0
  public private(set) var count = 0
  /// Whether fields were dropped since the block was larger than allowed.
  public internal(set) var isTruncated = false

  public init() {}

  deinit {
    unsafe bytes.deallocate()
    unsafe positions.deallocate()
  }

  mutating func removeAll() {
    used = 0
    count = 0
    isTruncated = false
  }

  /// Adds a field at the end; its name has to be in lower case.
  public mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
    let middle = used + name.count
    let end = middle + value.count
    if end > bytesCapacity { growBytes(to: end) }
    if count == positionsCapacity { growPositions() }
    if let start = name.baseAddress { unsafe (bytes + used).update(from: start, count: name.count) }
    if let start = value.baseAddress { unsafe (bytes + middle).update(from: start, count: value.count) }
    unsafe positions[count] = Position(name: used, value: middle, end: end)
    used = end
    count += 1
  }

  private mutating func growBytes(to least: Int) {
    bytesCapacity = max(least, 2 * bytesCapacity, 512)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: bytesCapacity)
    unsafe grown.moveInitialize(from: bytes, count: used)
    unsafe bytes.deallocate()
    unsafe bytes = grown
  }

  private mutating func growPositions() {
    positionsCapacity = max(2 * positionsCapacity, 16)
    let grown = UnsafeMutablePointer<Position>.allocate(capacity: positionsCapacity)
    unsafe grown.moveInitialize(from: positions, count: count)
    unsafe positions.deallocate()
    unsafe positions = grown
  }

  /// Goes over the fields in the order of the wire; the memory is lent for the body's time only.
  @inlinable public func forEach(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    for index in 0..<count { unsafe body(name(at: index), value(at: index)) }
  }

  @usableFromInline func name(at index: Int) -> UnsafeBufferPointer<UInt8> {
    let position = unsafe positions[index]
    return unsafe UnsafeBufferPointer(start: bytes + position.name, count: position.value - position.name)
  }

  @usableFromInline func value(at index: Int) -> UnsafeBufferPointer<UInt8> {
    let position = unsafe positions[index]
    return unsafe UnsafeBufferPointer(start: bytes + position.value, count: position.end - position.value)
  }

  /// Both pieces of memory as they are, in one go each.
  fileprivate var copy: HeaderBlock {
    unsafe HeaderBlock(
      bytes: Array(UnsafeBufferPointer(start: bytes, count: used)),
      positions: Array(UnsafeBufferPointer(start: positions, count: count)))
  }

  /// The first value of that name, copied.
  public func value(of name: StaticString) -> [UInt8]? {
    var found: [UInt8]?
    unsafe forEach { other, value in
      guard found == nil, other.count == name.utf8CodeUnitCount else { return }
      let isSame = unsafe other.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      if isSame { found = unsafe Array(value) }
    }
    return found
  }
}

extension HeaderBlock {
  /// A copy to keep.
  public init(_ fields: borrowing IncomingFields) {
    self = fields.copy
    isTruncated = fields.isTruncated
  }
}
