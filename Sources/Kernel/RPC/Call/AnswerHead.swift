import HTTP2
import Synchronization

/// What a handler says beside its answers, until it leaves. Handlers may run on any thread.
///
/// Most say nothing: that is known without taking the lock, which would be taken several times for each call.
struct AnswerHead: ~Copyable, Sendable {
  struct Said {
    var initialMetadata = Metadata()
    var trailingMetadata = Metadata()
    var encoding: MessageEncoding
  }

  private static let hasSaid: UInt8 = 1
  private static let hasSentHead: UInt8 = 2

  /// Whether the caller said that it reads gzip.
  private let acceptsGzip: Bool
  /// How answers are compressed when the handler has nothing to say about that.
  private let usualEncoding: MessageEncoding
  private let state = Atomic<UInt8>(0)
  private let said: Mutex<Said>

  init(acceptsGzip: Bool, encoding: MessageEncoding) {
    self.acceptsGzip = acceptsGzip
    usualEncoding = encoding
    said = Mutex(Said(encoding: encoding))
  }

  private var isSilent: Bool { state.load(ordering: .acquiring) & Self.hasSaid == 0 }

  var encoding: MessageEncoding { isSilent ? usualEncoding : said.withLock { $0.encoding } }

  // MARK: What the handler says

  /// False when the head has left.
  func setInitialMetadata(_ metadata: Metadata) -> Bool { say { $0.initialMetadata = metadata } }

  func setTrailingMetadata(_ metadata: Metadata) { _ = say(isForHead: false) { $0.trailingMetadata = metadata } }

  func setEncoding(_ encoding: MessageEncoding) {
    guard encoding == .identity || acceptsGzip else { return }
    _ = say { $0.encoding = encoding }
  }

  private func say(isForHead: Bool = true, _ body: (inout Said) -> Void) -> Bool {
    said.withLock { said in
      // Whoever takes the head without the lock has not seen the mark, and this has not seen the head taken: one of both comes first.
      let before = state.bitwiseOr(Self.hasSaid, ordering: .acquiringAndReleasing).oldValue
      guard !isForHead || before & Self.hasSentHead == 0 else { return false }
      body(&said)
      return true
    }
  }

  // MARK: What leaves

  /// The head as it is sent now: from here on nothing said changes it.
  func takeHead() -> SentFields {
    let before = state.bitwiseOr(Self.hasSentHead, ordering: .acquiringAndReleasing).oldValue
    guard before & Self.hasSaid != 0 else { return ResponseFields.head(Metadata(), encoding: usualEncoding) }
    return said.withLock { ResponseFields.head($0.initialMetadata, encoding: $0.encoding) }
  }

  var okTrailers: SentFields { ResponseFields.okTrailers(isSilent ? Metadata() : said.withLock { $0.trailingMetadata }) }

  /// What goes before an error, and with it.
  var metadata: (initial: Metadata, trailing: Metadata) {
    isSilent ? (Metadata(), Metadata()) : said.withLock { ($0.initialMetadata, $0.trailingMetadata) }
  }
}
