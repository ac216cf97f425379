import Glibc
import MetricGovernanceDomain
import Reactor
import Synchronization

/// A file of uses, mapped into memory: what stands in it outlives the process however that ends, without a system call for each use. It
/// is locked by the process that writes it, and belongs to whoever gets the lock when that is gone.
///
/// Layout: "LODEUSE1", eight bytes with the place where the next record goes, 36 of the registry's id, up to byte 64; then records: the
/// key's length in four bytes, the moment in eight, the key. Numbers are in this machine's order of bytes.
@safe final class JournalSegment: @unchecked Sendable {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let capacity = 4 << 20
  static let suffix = ".use"
  private static let headBytes = 64
  private static let recordHeadBytes = 12
  private static let magic: UInt64 = 0x3145_5355_4544_4f4c

  /// The file's name without the suffix, and the journal's name in the table usage_journal.
  let id: String
  let path: String
  private let descriptor: Int32
  private let base: UnsafeMutableRawPointer

  private init(id: String, path: String, descriptor: Int32, base: UnsafeMutableRawPointer) {
    self.id = id
    self.path = path
    self.descriptor = descriptor
    unsafe self.base = base
  }

  deinit {
    unsafe munmap(base, Self.capacity)
    close(descriptor)
  }

  // MARK: Making and finding

  /// A new file, all of whose room on the disk is taken at once: a full disk shows here, not at a write into memory.
  static func create(in folder: String, registryID: String) throws(Failure) -> JournalSegment {
    for _ in 0..<8 {
      let id = String(UInt64.random(in: 1 << 60 ... .max), radix: 16) + String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
      let path = "\(folder)/\(id)\(suffix)"
      let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw failure("making", path) }
      // Somebody who looks for files of the dead may have been quicker.
      guard lock(descriptor) else {
        close(descriptor)
        continue
      }
      let full = posix_fallocate(descriptor, 0, off_t(capacity))
      guard full == 0, let base = unsafe map(descriptor) else {
        unsafe unlink(path)
        close(descriptor)
        if full != 0 { errno = full }
        throw failure("taking the room for", path)
      }
      let segment = unsafe JournalSegment(id: id, path: path, descriptor: descriptor, base: base)
      unsafe UnsafeMutableRawBufferPointer(start: base + 16, count: 36).copyBytes(from: registryID.utf8.prefix(36))
      unsafe segment.position.pointee.store(UInt64(headBytes), ordering: .releasing)
      unsafe base.storeBytes(of: magic, as: UInt64.self)
      return segment
    }
    throw Failure(description: "every new file in \(folder) was taken by somebody else")
  }

  /// The file of a process that is gone; nil while somebody has it, and for files that are not of this registry.
  static func takeOver(_ path: String, id: String, registryID: String) -> JournalSegment? {
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard lock(descriptor), unsafe fstat(descriptor, &status) == 0, status.st_size >= capacity, let base = unsafe map(descriptor)
    else {
      close(descriptor)
      return nil
    }
    let segment = unsafe JournalSegment(id: id, path: path, descriptor: descriptor, base: base)
    let owner = unsafe String(decoding: UnsafeRawBufferPointer(start: base + 16, count: 36), as: UTF8.self)
    guard unsafe base.load(as: UInt64.self) == magic, owner == registryID else { return nil }
    return segment
  }

  /// True when this process holds the file now, and the file still has a name.
  private static func lock(_ descriptor: Int32) -> Bool {
    var status = stat()
    return unsafe flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  private static func map(_ descriptor: Int32) -> UnsafeMutableRawPointer? {
    let base = unsafe mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    return unsafe base == MAP_FAILED ? nil : base
  }

  private static func failure(_ doing: String, _ path: String) -> Failure {
    Failure(description: "\(doing) the journal \(path) failed: \(SocketError.text(of: errno))")
  }

  // MARK: Writing and reading

  private var position: UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe (base + 8).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Up to where there are whole records. A process that dies inside an `append` has not moved it, and has not answered.
  var end: Int {
    let end = unsafe Int(truncatingIfNeeded: position.pointee.load(ordering: .acquiring))
    return min(max(end, Self.headBytes), Self.capacity)
  }

  static var begin: Int { headBytes }

  /// False when the file is full. One writer at a time.
  func append(_ key: UnsafeRawBufferPointer, at moment: Instant) -> Bool {
    let place = end
    guard place + Self.recordHeadBytes + key.count <= Self.capacity else { return false }
    unsafe (base + place).storeBytes(of: UInt32(key.count), as: UInt32.self)
    unsafe (base + place + 4).storeBytes(of: moment.microseconds, as: Int64.self)
    unsafe (base + place + Self.recordHeadBytes).copyMemory(from: key.baseAddress!, byteCount: key.count)
    unsafe position.pointee.store(UInt64(place + Self.recordHeadBytes + key.count), ordering: .releasing)
    return true
  }

  /// Adds the records between two places up. After a power cut the pages may be older than the place that the head names: it ends at the
  /// first record that is none.
  func add(from start: Int, to end: Int, to tally: inout UseTally) {
    var place = max(start, Self.headBytes)
    while place + Self.recordHeadBytes <= end {
      let count = unsafe Int(base.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      guard count >= UseKey.prefixBytes, place + Self.recordHeadBytes + count <= end else { return }
      let moment = unsafe Instant(microseconds: base.loadUnaligned(fromByteOffset: place + 4, as: Int64.self))
      unsafe tally.add(UnsafeRawBufferPointer(start: base + place + Self.recordHeadBytes, count: count), at: moment)
      place += Self.recordHeadBytes + count
    }
  }

  /// Takes the file's name away; its room goes with the last who has it open.
  func remove() { unsafe unlink(path) }
}
