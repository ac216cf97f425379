import CNGHTTP2
import Glibc

/// Where nghttp2 gets its memory: blocks that one call gave back serve the next, so that a call in steady state asks the system for none.
/// Belongs to its session.
@safe final class SessionMemory {
  /// Blocks of up to this size are kept, in classes of powers of two from 32 bytes.
  private static let largestKeptBytes = 2048
  private static let smallestClassBits = 5
  private static let classes = 7
  /// No more than this lies around, in bytes; `trim()` gives it all back.
  private static let keptBytesLimit = 256 << 10
  /// In front of each block stands the number of its class, or `notKept`; as much as keeps the block aligned.
  private static let headerBytes = 16
  private static let notKept = -1

  /// The first free block of each class; each begins with the address of the next. Behind a pointer, as Swift would check each access to a
  /// class's variable for overlap, which takes longer than the work here.
  private let free: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let kept: UnsafeMutablePointer<Int>

  init() {
    unsafe free = .allocate(capacity: Self.classes)
    unsafe free.initialize(repeating: nil, count: Self.classes)
    unsafe kept = .allocate(capacity: 1)
    unsafe kept.initialize(to: 0)
  }

  deinit {
    trim()
    unsafe free.deallocate()
    unsafe kept.deallocate()
  }

  /// How much lies around, in bytes.
  var keptBytes: Int { unsafe kept.pointee }

  /// nghttp2's view of this; it copies the table, and calls it for as long as the session lives.
  func withTable<Result>(_ body: (UnsafeMutablePointer<nghttp2_mem>) -> Result) -> Result {
    var table = unsafe nghttp2_mem(
      mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
      malloc: { size, memory in unsafe SessionMemory.of(memory).allocate(size) },
      free: { block, memory in unsafe SessionMemory.of(memory).giveBack(block) },
      calloc: { count, size, memory in unsafe SessionMemory.of(memory).allocateZeroed(count, size) },
      realloc: { block, size, memory in unsafe SessionMemory.of(memory).reallocate(block, size) })
    return unsafe body(&table)
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> SessionMemory {
    unsafe Unmanaged<SessionMemory>.fromOpaque(pointer!).takeUnretainedValue()
  }

  private static func sizeClass(_ bytes: Int) -> Int {
    guard bytes <= largestKeptBytes else { return notKept }
    let bits = Int.bitWidth - max(bytes - 1, 1).leadingZeroBitCount
    return max(bits, smallestClassBits) - smallestClassBits
  }

  private static func bytes(ofClass number: Int) -> Int { 1 << (number + smallestClassBits) }

  private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let number = Self.sizeClass(bytes)
    if number != Self.notKept, let block = unsafe free[number] {
      unsafe free[number] = block.load(as: UnsafeMutableRawPointer?.self)
      unsafe kept.pointee -= Self.bytes(ofClass: number)
      return unsafe block
    }
    let size = number == Self.notKept ? bytes : Self.bytes(ofClass: number)
    guard let start = unsafe malloc(Self.headerBytes + size) else { return nil }
    unsafe start.storeBytes(of: number, as: Int.self)
    unsafe start.storeBytes(of: size, toByteOffset: 8, as: Int.self)
    return unsafe start + Self.headerBytes
  }

  private func allocateZeroed(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, let block = unsafe allocate(bytes) else { return nil }
    return unsafe memset(block, 0, bytes)
  }

  private func reallocate(_ block: UnsafeMutableRawPointer?, _ bytes: Int) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return unsafe allocate(bytes) }
    let size = unsafe (block - Self.headerBytes).load(fromByteOffset: 8, as: Int.self)
    guard bytes > size else { return unsafe block }
    guard let larger = unsafe allocate(bytes) else { return nil }
    unsafe memcpy(larger, block, size)
    unsafe giveBack(block)
    return unsafe larger
  }

  private func giveBack(_ block: UnsafeMutableRawPointer?) {
    guard let block = unsafe block else { return }
    let number = unsafe (block - Self.headerBytes).load(as: Int.self)
    guard number != Self.notKept, unsafe kept.pointee < Self.keptBytesLimit else {
      return unsafe Glibc.free(block - Self.headerBytes)
    }
    unsafe block.storeBytes(of: free[number], as: UnsafeMutableRawPointer?.self)
    unsafe free[number] = block
    unsafe kept.pointee += Self.bytes(ofClass: number)
  }

  /// Gives everything that lies around back to the system: for a connection that has become quiet.
  func trim() {
    for number in 0..<Self.classes {
      while let block = unsafe free[number] {
        unsafe free[number] = block.load(as: UnsafeMutableRawPointer?.self)
        unsafe Glibc.free(block - Self.headerBytes)
      }
    }
    unsafe kept.pointee = 0
  }
}
