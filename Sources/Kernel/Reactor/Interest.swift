/// The directions in which a file descriptor can become ready.
public struct Interest: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let read = Interest(rawValue: 1)
  public static let write = Interest(rawValue: 2)
}
