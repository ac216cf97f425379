import CNGHTTP2
import Glibc

/// Where nghttp2 gets its memory: blocks that one call gave back serve the next, so that a call in steady state asks the system for none.
/// Belongs to its session.
@safe final class SessionMemory {
  /// Blocks of up to this size are kept, in classes of powers of two from 32 bytes.
  private static let largestKeptBytes = 2048
  private static let smallestClassBits = 5
  /// No more than this lies around, in bytes; `trim()` gives it all back.
  private static let keptBytesLimit = 256 << 10
  /// In front of each block stands the number of its class, or `notKept`; as much as keeps the block aligned.
  private static let headerBytes = 16
  private static let notKept = -1

  /// The first free block of each class, which begins with the address of the next, and how much lies around. Behind a pointer, which is all that
  /// the functions below are given: going through an object would count a reference up and down at every block.
  @safe private struct Shelves {
    var free: InlineArray<7, UnsafeMutableRawPointer?>
    var keptBytes: Int
  }

  private typealias Store = UnsafeMutablePointer<Shelves>

  private let store: Store

  init() {
    unsafe store = .allocate(capacity: 1)
    unsafe store.initialize(to: Shelves(free: .init(repeating: nil), keptBytes: 0))
  }

  deinit {
    trim()
    unsafe store.deallocate()
  }

  /// How much lies around, in bytes.
  var keptBytes: Int { unsafe store.pointee.keptBytes }

  /// nghttp2's view of this; it copies the table, and calls it for as long as the session lives.
  func withTable<Result>(_ body: (UnsafeMutablePointer<nghttp2_mem>) -> Result) -> Result {
    var table = unsafe nghttp2_mem(
      mem_user_data: UnsafeMutableRawPointer(store),
      malloc: { size, store in unsafe SessionMemory.allocate(size, SessionMemory.of(store)) },
      free: { block, store in unsafe SessionMemory.giveBack(block, SessionMemory.of(store)) },
      calloc: { count, size, store in unsafe SessionMemory.allocateZeroed(count, size, SessionMemory.of(store)) },
      realloc: { block, size, store in unsafe SessionMemory.reallocate(block, size, SessionMemory.of(store)) })
    return unsafe body(&table)
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> Store {
    unsafe pointer!.assumingMemoryBound(to: Shelves.self)
  }

  private static func sizeClass(_ bytes: Int) -> Int {
    guard bytes <= largestKeptBytes else { return notKept }
    let bits = Int.bitWidth - max(bytes - 1, 1).leadingZeroBitCount
    return max(bits, smallestClassBits) - smallestClassBits
  }

  private static func bytes(ofClass number: Int) -> Int { 1 << (number + smallestClassBits) }

  private static func allocate(_ bytes: Int, _ store: Store) -> UnsafeMutableRawPointer? {
    let number = sizeClass(bytes)
    if number != notKept, let block = unsafe store.pointee.free[number] {
      unsafe store.pointee.free[number] = block.load(as: UnsafeMutableRawPointer?.self)
      unsafe store.pointee.keptBytes -= Self.bytes(ofClass: number)
      return unsafe block
    }
    let size = number == notKept ? bytes : Self.bytes(ofClass: number)
    guard let start = unsafe malloc(headerBytes + size) else { return nil }
    unsafe start.storeBytes(of: number, as: Int.self)
    unsafe start.storeBytes(of: size, toByteOffset: 8, as: Int.self)
    return unsafe start + headerBytes
  }

  private static func allocateZeroed(_ count: Int, _ size: Int, _ store: Store) -> UnsafeMutableRawPointer? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, let block = unsafe allocate(bytes, store) else { return nil }
    return unsafe memset(block, 0, bytes)
  }

  private static func reallocate(
    _ block: UnsafeMutableRawPointer?, _ bytes: Int, _ store: Store
  ) -> UnsafeMutableRawPointer? {
    guard let block = unsafe block else { return unsafe allocate(bytes, store) }
    let size = unsafe (block - headerBytes).load(fromByteOffset: 8, as: Int.self)
    guard bytes > size else { return unsafe block }
    guard let larger = unsafe allocate(bytes, store) else { return nil }
    unsafe memcpy(larger, block, size)
    unsafe giveBack(block, store)
    return unsafe larger
  }

  private static func giveBack(_ block: UnsafeMutableRawPointer?, _ store: Store) {
    guard let block = unsafe block else { return }
    let number = unsafe (block - headerBytes).load(as: Int.self)
    guard number != notKept, unsafe store.pointee.keptBytes < keptBytesLimit else {
      return unsafe Glibc.free(block - headerBytes)
    }
    unsafe block.storeBytes(of: store.pointee.free[number], as: UnsafeMutableRawPointer?.self)
    unsafe store.pointee.free[number] = block
    unsafe store.pointee.keptBytes += Self.bytes(ofClass: number)
  }

  /// Gives everything that lies around back to the system: for a connection that has become quiet.
  func trim() {
    for number in unsafe store.pointee.free.indices {
      while let block = unsafe store.pointee.free[number] {
        unsafe store.pointee.free[number] = block.load(as: UnsafeMutableRawPointer?.self)
        unsafe Glibc.free(block - Self.headerBytes)
      }
    }
    unsafe store.pointee.keptBytes = 0
  }
}
