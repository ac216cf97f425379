import CProtobufC
import Glibc
import Synchronization

/// A bump allocator with a budget, for the C structs of one message: everything in it lives until ``release()`` and goes at once.
///
/// Each block has its size before it, so that a string's true length is known although C ends it with a zero.
/// It is a value that the caller keeps at one address while the C library uses it; ``placed(budget:)`` makes one that has such an address by itself.
@safe struct Arena {
  /// Blocks are multiples of this, and so aligned for every member a C struct of ours has.
  private static let alignment = 8
  private static let blockHeaderBytes = 8
  /// Larger blocks get a chunk to themselves, so that the current one is not abandoned half empty.
  private static let largestSharedBlockBytes = 16 << 10
  /// No honest message asks for more at once.
  private static let largestBlockBytes = 1 << 40
  /// protobuf-c frees its scan notes, which come in powers of two from this size; a freed one serves the next scan.
  private static let smallestRecycledBytes = 1 << 10

  private var cursor: UnsafeMutableRawPointer
  private var end: UnsafeMutableRawPointer
  private var chunks: Chunk?
  private var recycled: UnsafeMutableRawPointer?
  private var remainingBytes: Int
  /// Set once the budget is spent; from then on nothing is given out.
  private(set) var isExhausted = false

  init(budget: Int) { self.init(budget: budget, first: ChunkPool.shared.take(), occupiedBytes: 0) }

  private init(budget: Int, first chunk: Chunk, occupiedBytes: Int) {
    chunks = chunk
    unsafe cursor = chunk.space + occupiedBytes
    unsafe end = chunk.space + ChunkPool.spaceBytes
    unsafe recycled = nil
    remainingBytes = budget
  }

  /// An arena at the beginning of its own first chunk; it is gone with ``release()``.
  static func placed(budget: Int) -> UnsafeMutablePointer<Arena> {
    let chunk = ChunkPool.shared.take()
    let place = unsafe chunk.space.bindMemory(to: Arena.self, capacity: 1)
    unsafe place.initialize(to: Arena(budget: budget, first: chunk, occupiedBytes: MemoryLayout<Arena>.stride))
    return unsafe place
  }

  /// At least `bytes` bytes, uninitialized; nil when the budget is spent.
  mutating func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    guard !isExhausted, (0...Self.largestBlockBytes).contains(bytes) else {
      isExhausted = true
      return nil
    }
    if bytes >= Self.smallestRecycledBytes, bytes.nonzeroBitCount == 1, let block = unsafe takeRecycled(bytes) {
      return unsafe block
    }
    let wanted = Self.blockHeaderBytes + (bytes + Self.alignment - 1) & ~(Self.alignment - 1)
    guard wanted <= remainingBytes else {
      isExhausted = true
      return nil
    }
    remainingBytes -= wanted
    let block: UnsafeMutableRawPointer
    if wanted > Self.largestSharedBlockBytes {
      unsafe block = addChunk(Chunk(spaceBytes: wanted)).space
    } else {
      if unsafe wanted > end - cursor {
        let chunk = addChunk(ChunkPool.shared.take())
        unsafe cursor = chunk.space
        unsafe end = chunk.space + ChunkPool.spaceBytes
      }
      unsafe block = cursor
      unsafe cursor += wanted
    }
    unsafe block.storeBytes(of: bytes, as: Int.self)
    return unsafe block + Self.blockHeaderBytes
  }

  /// The size that `block` was asked for with.
  static func size(of block: UnsafeRawPointer) -> Int {
    unsafe (block - blockHeaderBytes).load(as: Int.self)
  }

  /// Keeps a freed scan note for the next scan; other blocks wait for ``release()``.
  mutating func free(_ block: UnsafeMutableRawPointer) {
    let bytes = unsafe Self.size(of: block)
    guard bytes >= Self.smallestRecycledBytes, bytes.nonzeroBitCount == 1, !isExhausted else { return }
    unsafe block.storeBytes(of: recycled, as: UnsafeMutableRawPointer?.self)
    unsafe recycled = block
  }

  private mutating func takeRecycled(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var link = unsafe recycled
    var before: UnsafeMutableRawPointer?
    // The list holds one block per size of a message's nesting, a dozen at most.
    while let block = unsafe link {
      let next = unsafe block.load(as: UnsafeMutableRawPointer?.self)
      if unsafe Self.size(of: block) == bytes {
        if let before = unsafe before {
          unsafe before.storeBytes(of: next, as: UnsafeMutableRawPointer?.self)
        } else {
          unsafe recycled = next
        }
        return unsafe block
      }
      unsafe before = block
      unsafe link = next
    }
    return nil
  }

  private mutating func addChunk(_ chunk: Chunk) -> Chunk {
    chunk.next = chunks
    chunks = chunk
    return chunk
  }

  /// Gives all memory back. The arena is not used afterwards.
  mutating func release() {
    // One that stands in a chunk itself is not touched after that has been given back.
    var rest = chunks
    chunks = nil
    while let chunk = rest {
      rest = chunk.next
      ChunkPool.shared.giveBack(chunk)
    }
  }
}

/// A piece of memory that blocks are cut from. It belongs to one arena, or to the pool.
@safe struct Chunk: @unchecked Sendable {
  @safe private struct Header {
    var next: UnsafeMutableRawPointer?
    var spaceBytes: Int
  }
  private let header: UnsafeMutablePointer<Header>

  init(spaceBytes: Int) {
    guard let memory = unsafe malloc(MemoryLayout<Header>.stride + spaceBytes) else { fatalError("out of memory") }
    unsafe header = memory.bindMemory(to: Header.self, capacity: 1)
    unsafe header.initialize(to: Header(next: nil, spaceBytes: spaceBytes))
  }

  private init(header: UnsafeMutablePointer<Header>) { unsafe self.header = header }

  /// The chunk that has that address.
  init(_ pointer: UnsafeMutableRawPointer) { unsafe header = pointer.assumingMemoryBound(to: Header.self) }
  var pointer: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(header) }

  var spaceBytes: Int { unsafe header.pointee.spaceBytes }
  var space: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(header + 1) }

  /// The chunk that its arena got before this one.
  var next: Chunk? {
    get { unsafe header.pointee.next.map { unsafe Chunk(header: $0.assumingMemoryBound(to: Header.self)) } }
    nonmutating set { unsafe header.pointee.next = newValue.map { unsafe UnsafeMutableRawPointer($0.header) } }
  }

  func deallocate() { unsafe free(header) }
}

/// Chunks between two messages: one at hand, and a megabyte of others at most.
@safe final class ChunkPool: @unchecked Sendable {
  static let shared = ChunkPool()
  /// What an ordinary chunk has room for.
  static let spaceBytes = 64 << 10
  private static let keptChunks = 16

  /// One lies outside the list, where one instruction takes it or puts it back: most of the time no more is wanted.
  private let handy = unsafe Atomic<UnsafeMutableRawPointer?>(nil)
  private let kept = Mutex<[Chunk]>([])

  func take() -> Chunk {
    if let chunk = unsafe handy.exchange(nil, ordering: .acquiring) { return unsafe Chunk(chunk) }
    return kept.withLock { $0.popLast() } ?? Chunk(spaceBytes: Self.spaceBytes)
  }

  func giveBack(_ chunk: Chunk) {
    // Whoever takes it next starts a chain of its own.
    chunk.next = nil
    guard chunk.spaceBytes == Self.spaceBytes else { return chunk.deallocate() }
    let isHandy = unsafe handy.compareExchange(expected: nil, desired: chunk.pointer, ordering: .releasing).exchanged
    let isKept =
      isHandy
      || kept.withLock { kept in
        guard kept.count < Self.keptChunks else { return false }
        kept.append(chunk)
        return true
      }
    if !isKept { chunk.deallocate() }
  }
}

extension ProtobufCAllocator {
  /// protobuf-c's view of `arena`, which has to stay where it is.
  init(_ arena: UnsafeMutablePointer<Arena>) {
    unsafe self.init(
      alloc: { arena, bytes in unsafe arena!.assumingMemoryBound(to: Arena.self).pointee.allocate(bytes) },
      free: { arena, block in
        guard let block = unsafe block else { return }
        unsafe arena!.assumingMemoryBound(to: Arena.self).pointee.free(block)
      },
      allocator_data: arena)
  }
}
