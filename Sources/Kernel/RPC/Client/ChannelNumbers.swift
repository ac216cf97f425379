/// What a channel has done and holds, as channelz counts it. Sums since its beginning, but for what is open now.
public struct ChannelNumbers: Sendable, Equatable {
  /// How many ways to addresses there are, and how many of them take calls now.
  public var subchannels = 0
  public var subchannelsReady = 0
  public var callsStarted = 0
  /// Ended with OK.
  public var callsSucceeded = 0
  public var callsFailed = 0
  /// Begun and not ended, those that wait for a connection included.
  public var callsOpen = 0
  /// Waiting for a connection.
  public var callsWaiting = 0
  /// Addresses left out since they fail more than their like.
  public var subchannelsEjected = 0

  public init() {}
}
