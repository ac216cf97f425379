/// How much memory unpacking one message may take for a moment: the C structs, strings, lists and the library's own scan notes.
///
/// A message of tiny parts unpacks into many times its size (4 MiB of empty sub-messages into 246 MB), so the size on the wire
/// says little. Honest messages of ours stay below 12 times.
public struct WireLimits: Sendable, Equatable {
  /// Not more than this, unless the message itself is large; see ``arenaBytesPerLargeWireByte``.
  public var maximumArenaBytes: Int
  /// Nor more than this many times the message's size, plus ``freeArenaBytes``.
  public var arenaBytesPerWireByte: Int
  /// What every message may use, however small.
  public var freeArenaBytes: Int
  /// What a message may use that is so large that this many times its size is more than ``maximumArenaBytes``: where such messages are
  /// taken at all, their size is what is limited.
  public var arenaBytesPerLargeWireByte: Int

  public init(
    maximumArenaBytes: Int = 32 << 20, arenaBytesPerWireByte: Int = 24, freeArenaBytes: Int = 64 << 10,
    arenaBytesPerLargeWireByte: Int = 0
  ) {
    self.maximumArenaBytes = maximumArenaBytes
    self.arenaBytesPerWireByte = arenaBytesPerWireByte
    self.freeArenaBytes = freeArenaBytes
    self.arenaBytesPerLargeWireByte = arenaBytesPerLargeWireByte
  }

  /// Messages of up to 4 MiB, which is all that is taken unless a service says otherwise, stay within 32 MiB. 200,000 rows of short
  /// texts, 8 MiB, need five times their size.
  public static let standard = WireLimits(arenaBytesPerLargeWireByte: 8)

  func budget(wireBytes: Int) -> Int {
    let (product, overflow) = wireBytes.multipliedReportingOverflow(by: arenaBytesPerWireByte)
    let (sum, overflow2) = product.addingReportingOverflow(freeArenaBytes)
    if overflow || overflow2 { return maximumArenaBytes }
    return min(sum, max(maximumArenaBytes, wireBytes &* arenaBytesPerLargeWireByte))
  }
}
