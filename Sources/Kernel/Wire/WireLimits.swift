/// How much memory unpacking one message may take for a moment: the C structs, strings, lists and the library's own scan notes.
///
/// A message of tiny parts unpacks into many times its size (4 MiB of empty sub-messages into 246 MB), so the size on the wire
/// says little. Honest messages of ours stay below 12 times.
public struct WireLimits: Sendable, Equatable {
  /// Never more than this, whatever the message's size.
  public var maximumArenaBytes: Int
  /// Nor more than this many times the message's size, plus ``freeArenaBytes``.
  public var arenaBytesPerWireByte: Int
  /// What every message may use, however small.
  public var freeArenaBytes: Int

  public init(maximumArenaBytes: Int = 32 << 20, arenaBytesPerWireByte: Int = 24, freeArenaBytes: Int = 64 << 10) {
    self.maximumArenaBytes = maximumArenaBytes
    self.arenaBytesPerWireByte = arenaBytesPerWireByte
    self.freeArenaBytes = freeArenaBytes
  }

  /// For messages of up to some megabytes, a few at a time.
  public static let standard = WireLimits()

  func budget(wireBytes: Int) -> Int {
    let (product, overflow) = wireBytes.multipliedReportingOverflow(by: arenaBytesPerWireByte)
    let (sum, overflow2) = product.addingReportingOverflow(freeArenaBytes)
    return overflow || overflow2 ? maximumArenaBytes : min(maximumArenaBytes, sum)
  }
}
