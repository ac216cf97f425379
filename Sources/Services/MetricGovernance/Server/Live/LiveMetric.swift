import Messages
import MetricGovernanceDomain
import Wire

/// A metric as this instance knows it: never changed, only replaced, so that whoever has it may keep it.
final class LiveMetric: Sendable {
  let key: MetricKey
  let current: VersionNumber?
  /// In the order of their numbers.
  let versions: [LiveVersion]
  /// The whole metric as the contract's message, in its binary form: a quarter of the memory that values take.
  let detail: [UInt8]

  init(_ metric: MetricGovernanceDomain.Metric) throws(WireError) {
    key = metric.key
    current = metric.current
    var versions: [LiveVersion] = []
    versions.reserveCapacity(metric.versions.count)
    for version in metric.versions {
      // How to move to the replacement stands in the replacement.
      let guide = version.replacement.flatMap(metric.version)?.content.migrationGuide ?? ""
      versions.append(try LiveVersion(version, of: metric.key, migrationGuide: guide))
    }
    self.versions = versions
    detail = try Messages.Metric(metric).wireBytes()
  }

  /// Nil when there is no such version.
  func version(_ number: VersionNumber) -> LiveVersion? {
    // Numbers are given one after the other, so that the place is known in nearly every case.
    let place = Int(number.number) - 1
    if place < versions.count, versions[place].number == number { return versions[place] }
    return versions.first { $0.number == number }
  }

  var message: Messages.Metric {
    get throws(WireError) { try Messages.Metric(wireBytes: detail) }
  }

  var outlines: [VersionOutline] {
    versions.map { VersionOutline(number: $0.number, status: $0.status, replacement: $0.replacement) }
  }
}

/// A version with its answer: what ResolveVersion says of it lies ready in its binary form.
final class LiveVersion: Sendable {
  let number: VersionNumber
  let status: MetricGovernanceDomain.VersionStatus
  let replacement: VersionNumber?
  /// "deprecated roas@v1", for the trailer; empty without a warning.
  let warning: String
  /// The answer's fields before and behind `from_pin`.
  private let head: [UInt8]
  private let warnings: [UInt8]

  init(_ version: MetricGovernanceDomain.MetricVersion, of metric: MetricKey, migrationGuide: String) throws(WireError) {
    number = version.number
    status = version.status
    replacement = version.replacement
    head = try ResolveVersionResponse(fixedPartOf: version, metric: metric).wireBytes()
    guard
      let warning = ResolveWarning(
        metric: metric.text, version: version.number, status: version.status, plannedSunset: version.moments.plannedSunset,
        sunset: version.moments.sunset, replacement: version.replacement, migrationGuide: migrationGuide)
    else {
      self.warning = ""
      warnings = []
      return
    }
    self.warning = "\(warning.code) \(metric)@\(version.number)"
    warnings = try ResolveVersionResponse(warnings: [VersionWarning(warning)]).wireBytes()
  }

  /// The answer in its binary form, behind so many free bytes. Fields 11, 13 and 14 are the only ones written by hand: they are what
  /// differs from call to call.
  func answer(after free: Int, isFromPin: Bool, revision: Int64, ageMilliseconds: UInt64) -> [UInt8] {
    let most = free + head.count + 2 + warnings.count + 22
    return unsafe [UInt8](unsafeUninitializedCapacity: most) { room, count in
      var writer = unsafe AnswerWriter(room: room.baseAddress!, count: free)
      unsafe writer.room.initialize(repeating: 0, count: free)
      writer.append(head)
      if isFromPin {
        writer.append(tag: 11)
        writer.append(varint: 1)
      }
      writer.append(warnings)
      if revision != 0 {
        writer.append(tag: 13)
        writer.append(varint: UInt64(bitPattern: revision))
      }
      if ageMilliseconds != 0 {
        writer.append(tag: 14)
        writer.append(varint: ageMilliseconds)
      }
      count = writer.count
    }
  }
}

/// Writes protobuf's binary form into memory that is large enough.
@safe private struct AnswerWriter {
  let room: UnsafeMutablePointer<UInt8>
  var count: Int

  init(room: UnsafeMutablePointer<UInt8>, count: Int) {
    unsafe self.room = room
    self.count = count
  }

  mutating func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    unsafe bytes.withUnsafeBufferPointer { unsafe (room + count).initialize(from: $0.baseAddress!, count: $0.count) }
    count += bytes.count
  }

  /// Of a field that is a varint, and whose number is below 16.
  mutating func append(tag field: UInt8) {
    unsafe room[count] = field << 3
    count += 1
  }

  mutating func append(varint value: UInt64) {
    var value = value
    while value >= 0x80 {
      unsafe room[count] = UInt8(truncatingIfNeeded: value) | 0x80
      value >>= 7
      count += 1
    }
    unsafe room[count] = UInt8(truncatingIfNeeded: value)
    count += 1
  }
}
