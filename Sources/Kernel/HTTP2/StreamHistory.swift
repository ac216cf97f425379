/// A server's memory of the streams that are gone, in little space: what a late frame on one of them means depends on who ended it.
///
/// Identifiers grow by two (RFC 9113, section 5.1.1), so the latest one and the gaps tell which were ever used.
struct StreamHistory {
  /// What a DATA or HEADERS frame means on a stream that is not there.
  enum Verdict: Equatable {
    /// Not for this memory to say: a stream that has not begun, or that the peer may not begin.
    case unknown
    /// The peer passed it over for a later one.
    case passedOver
    /// The peer had ended its side, or reset the stream: it must not say more.
    case closedByPeer
    /// This end gave the stream up while the peer could still send: what was under way is let be.
    case givenUp
  }

  private static let rememberedGaps = 32
  private static let rememberedStreams = 512

  private(set) var latest: Int32 = 0
  private var gaps: [ClosedRange<Int32>] = []
  /// The streams that this end gave up, the last ones only, in a ring.
  private var givenUp: [Int32] = []
  private var oldest = 0
  /// Up to here the memory may have lost something: what it doesn't know is forgiven.
  private var forgottenUpTo: Int32 = 0

  /// Whether the peer has passed over any.
  var hasGaps: Bool { !gaps.isEmpty }

  /// The peer's HEADERS of a stream it has not used before.
  mutating func began(_ id: Int32) {
    guard id % 2 == 1, id > latest else { return }
    let expected = latest == 0 ? 1 : latest + 2
    latest = id
    guard id > expected else { return }
    gaps.append(expected...(id - 2))
    if gaps.count > Self.rememberedGaps { forgottenUpTo = max(forgottenUpTo, gaps.removeFirst().upperBound) }
  }

  /// This end has ended a stream of which the peer had more to send.
  mutating func gaveUp(_ id: Int32) {
    guard givenUp.count == Self.rememberedStreams else { return givenUp.append(id) }
    forgottenUpTo = max(forgottenUpTo, givenUp[oldest])
    givenUp[oldest] = id
    oldest = (oldest + 1) % Self.rememberedStreams
  }

  func verdict(on id: Int32) -> Verdict {
    guard id % 2 == 1, id <= latest else { return .unknown }
    if gaps.contains(where: { $0.contains(id) }) { return .passedOver }
    return id <= forgottenUpTo || givenUp.contains(id) ? .givenUp : .closedByPeer
  }
}
