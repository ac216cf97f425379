/// Bytes that are equal exactly when the values written are: each part carries its length, numbers are little-endian.
struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []
  /// As the first form was: keys as they were spelt.
  var keepsSpelling = false

  mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func write(_ number: Int) { write(UInt64(bitPattern: Int64(number))) }

  /// Zero has two forms; both are written as one.
  mutating func write(_ number: Double) { write((number == 0 ? 0 : number).bitPattern) }

  mutating func write<Item>(_ items: [Item], _ body: (inout CanonicalBytes, Item) -> Void) {
    write(items.count)
    for item in items { body(&self, item) }
  }

  /// Keys are written in the form that they match by: how somebody spelt one makes no other set.
  mutating func write(key: String) { write(keepsSpelling ? key : NormalKey(key).text) }
  mutating func write(keys: [String]) { write(keys) { $0.write(key: $1) } }

  mutating func write(_ member: DimensionMember) {
    write(member.dimension.rawValue)
    write(keepsSpelling ? member.key : member.normal.text)
  }

  private mutating func write(_ bits: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
  }
}

extension CompiledSet {
  /// What a revision's name is the hash of, whatever the order of the rows and the spelling of their keys. A set's revision is its own: the
  /// scenario's and the set's names are in it.
  /// - Parameter version: of the form; the first, in which keys are spelt as in the rows, names revisions that were stored before the second.
  public func canonicalBytes(scenarioName: String, setName: String, version: Int = 2) -> [UInt8] {
    var out = CanonicalBytes()
    out.keepsSpelling = version == 1
    out.write("lodestar.constraint_set.\(version)")
    out.write(NormalKey(scenarioName).text)
    out.write(NormalKey(setName).text)
    for bounds in [capacityFloors, minSelected, capacityCaps, maxSelected] {
      out.write(bounds) {
        $0.write($1.member)
        $0.write($1.amount)
      }
    }
    out.write(targets) {
      $0.write(key: $1.kpiKey)
      $0.write($1.member)
      $0.write($1.side.rawValue)
      $0.write($1.value)
      $0.write($1.baseline)
      $0.write($1.unit)
      $0.write($1.notes)
    }
    out.write(mandatory) {
      $0.write(key: $1.initiativeKey)
      $0.write($1.reason)
    }
    out.write(bundles) {
      $0.write(key: $1.key)
      $0.write(keys: $1.initiativeKeys)
      $0.write($1.notes)
    }
    out.write(keys: excludedInitiatives)
    out.write(keys: excludedBundles)
    out.write(excludedPairs) {
      $0.write(key: $1.one)
      $0.write(key: $1.other)
    }
    out.write(prerequisites) {
      $0.write(key: $1.initiativeKey)
      $0.write(keys: $1.requires)
    }
    out.write(synergies) {
      $0.write(keys: $1.initiativeKeys)
      $0.write(key: $1.groupKey)
      $0.write(key: $1.kpiKey)
      $0.write($1.bonus)
    }
    return out.bytes
  }
}
