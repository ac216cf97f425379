public import Cryptography

/// A place of a chain, kept elsewhere: the chain has to have that entry there for ever.
public struct Checkpoint: Hashable, Sendable {
  /// From 1.
  public var seq: Int64
  /// The entry's hash.
  public var hash: SHA256Digest

  /// A place with its hash.
  public init(seq: Int64, hash: SHA256Digest) {
    self.seq = seq
    self.hash = hash
  }
}

/// What was found first that does not fit.
public struct ChainFault: Hashable, Sendable {
  /// What was done to the chain, as far as it can be told from what is left.
  public enum Kind: String, CaseIterable, Sendable {
    /// The entry says something else than when it was written.
    case changed
    /// The entry is gone.
    case removed
    /// The entry was not written there.
    case inserted
    /// The entry was written in another place.
    case reordered
    /// The chain's end is gone; only a checkpoint shows that.
    case cutOff = "cut_off"
  }

  /// What was done.
  public var kind: Kind
  /// The first entry concerned.
  public var seq: Int64
  /// What was expected and what was found, in a sentence.
  public var explanation: String

  /// A fault with its explanation.
  public init(_ kind: Kind, seq: Int64, _ explanation: String) {
    self.kind = kind
    self.seq = seq
    self.explanation = explanation
  }
}

/// What a verification came to.
public struct ChainVerdict: Hashable, Sendable {
  /// How many entries were read.
  public var entries: Int64
  /// The last entry that fits; nil when none does.
  public var head: Checkpoint?
  /// Nil for a chain that is as it was written.
  public var fault: ChainFault?
}
