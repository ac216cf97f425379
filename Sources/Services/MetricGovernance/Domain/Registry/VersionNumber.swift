/// The number in a version's name: 2 in "v2". Numbers only rise and are never used twice (requirement R57).
public struct VersionNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: Int32

  /// Nil for anything but `v[1-9][0-9]*` within 32 bits.
  public init?(_ text: String) {
    guard text.utf8.first == UInt8(ascii: "v"), let number = Int32(text.dropFirst()), "v\(number)" == text else { return nil }
    self.init(number)
  }

  /// Nil for a number below 1.
  public init?(_ number: Int32) {
    guard number > 0 else { return nil }
    self.number = number
  }

  public var description: String { "v\(number)" }
  public static func < (one: VersionNumber, other: VersionNumber) -> Bool { one.number < other.number }
}
