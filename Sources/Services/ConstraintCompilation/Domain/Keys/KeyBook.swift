/// The keys that exist, by their normal forms, and the one that a person probably meant by a key that doesn't.
///
/// Ten thousand misspelt rows against ten thousand keys stay linear: a key one slip away, and many at two, are found through
/// an index of the words with one letter left out; words further off are looked for among all keys, but only so many times.
public struct KeyBook: Sendable {
  /// Full searches that one book does.
  static let fullSearches = 24
  /// Longer keys get no suggestion.
  static let longestSuggested = 64

  private let spellings: [String]
  private let positions: [NormalKey: Int]
  private var index: [(hash: UInt64, position: Int)]?
  private var bytes: [[UInt8]] = []
  private var answered: [NormalKey: Int?] = [:]
  private var searchesLeft = Self.fullSearches
  private var distance = EditDistance()

  /// Of keys with one normal form the first spelling is kept.
  public init(_ keys: some Sequence<String>) {
    var spellings: [String] = []
    var positions: [NormalKey: Int] = [:]
    for key in keys {
      let normal = NormalKey(key)
      guard positions[normal] == nil else { continue }
      positions[normal] = spellings.count
      spellings.append(trimmed(key))
    }
    self.spellings = spellings
    self.positions = positions
  }

  public var isEmpty: Bool { spellings.isEmpty }

  /// The stored spelling of a key; nil when there is no such key.
  public func spelling(of key: String) -> String? {
    positions[NormalKey(key)].map { spellings[$0] }
  }

  /// The key that is nearest to one that doesn't exist; nil when none is near enough to be meant.
  public mutating func nearest(to key: String) -> String? {
    let normal = NormalKey(key)
    if let known = answered[normal] { return known.map { spellings[$0] } }
    let found = search(Array(normal.text.utf8))
    answered[normal] = .some(found)
    return found.map { spellings[$0] }
  }

  /// `; did you mean "INIT-000017"?`, or nothing.
  mutating func suggestion(for key: String) -> String {
    nearest(to: key).map { "; did you mean \"\($0)\"?" } ?? ""
  }

  private mutating func search(_ word: [UInt8]) -> Int? {
    guard (1...Self.longestSuggested).contains(word.count) else { return nil }
    let bound = Self.tolerance(ofLength: word.count)
    if let near = nearest(to: word, among: candidates(sharingWith: word), bound: bound) { return near }
    guard bound > 1, searchesLeft > 0 else { return nil }
    searchesLeft -= 1
    return nearest(to: word, among: bytes.indices, bound: bound)
  }

  private mutating func nearest(to word: [UInt8], among positions: some Sequence<Int>, bound: Int) -> Int? {
    var best: (slips: Int, position: Int)?
    for position in positions {
      guard let slips = distance.between(word, bytes[position], bound: best?.slips ?? bound) else { continue }
      if let held = best, (held.slips, spellings[held.position]) <= (slips, spellings[position]) { continue }
      best = (slips, position)
    }
    return best?.position
  }

  /// Slips that a word of the length may hold and still be taken for another.
  private static func tolerance(ofLength length: Int) -> Int {
    length < 5 ? 1 : length < 9 ? 2 : 3
  }

  /// Keys that equal the word once a letter is left out of either or both.
  private mutating func candidates(sharingWith word: [UInt8]) -> Set<Int> {
    let index = builtIndex()
    var found: Set<Int> = []
    for hash in Self.hashes(of: word) {
      var low = 0
      var high = index.count
      while low < high {
        let middle = (low + high) / 2
        if index[middle].hash < hash { low = middle + 1 } else { high = middle }
      }
      // Keys that differ in one digit share many forms; a handful is enough to choose from.
      var taken = 0
      while low < index.count, index[low].hash == hash, taken < 32 {
        found.insert(index[low].position)
        low += 1
        taken += 1
      }
    }
    return found
  }

  private mutating func builtIndex() -> [(hash: UInt64, position: Int)] {
    if let index { return index }
    bytes = positions.reduce(into: Array(repeating: [], count: spellings.count)) { $0[$1.value] = Array($1.key.text.utf8) }
    var built: [(hash: UInt64, position: Int)] = []
    for (position, word) in bytes.enumerated() where word.count <= Self.longestSuggested {
      for hash in Self.hashes(of: word) { built.append((hash, position)) }
    }
    built.sort { ($0.hash, $0.position) < ($1.hash, $1.position) }
    index = built
    return built
  }

  /// FNV-1a of the word and of the word with each letter left out.
  private static func hashes(of word: [UInt8]) -> [UInt64] {
    (0...word.count).map { omitted in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for (place, byte) in word.enumerated() where place != omitted {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
      return hash
    }
  }
}

extension KeyBook {
  /// `; did you mean "Baseline"?` for a key that is not among the keys, or nothing.
  public static func hint(for key: String, among keys: [String]) -> String {
    var book = KeyBook(keys)
    return book.suggestion(for: key)
  }
}
