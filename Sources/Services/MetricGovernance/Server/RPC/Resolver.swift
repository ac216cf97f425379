import Glibc
import Messages
import MetricGovernanceDomain
import RPC
import Wire

/// Answers which version is to be used, from bytes to bytes: two look-ups in memory, the rule, and an answer that lay ready. What it
/// answers is counted before it leaves.
struct Resolver: Sendable {
  let live: LiveRegistry
  let usage: UsageCounter

  struct Answer {
    /// A ResolveVersionResponse behind the bytes that were asked to be left free.
    var bytes: [UInt8]
    /// "deprecated roas@v1", for the trailer; empty without a warning.
    var warning: String
  }

  /// - Parameter request: a ResolveVersionRequest in its binary form.
  func resolve(_ request: [UInt8], leavingFree free: Int) throws -> Answer {
    if let answer = try unsafe request.withUnsafeBytes({ bytes -> Answer? in
      guard let reader = unsafe ResolveRequestReader(bytes, isChecked: false) else { return nil }
      return try unsafe resolve(bytes, reader, leavingFree: free)
    }) {
      return answer
    }
    do {
      return try resolve(try ResolveVersionRequest(wireBytes: request), leavingFree: free)
    } catch let error as WireError {
      throw RPCError(.internalError, "The request is no \(ResolveVersionRequest.protoName): \(error)")
    }
  }

  func resolve(_ request: ResolveVersionRequest, leavingFree free: Int) throws -> Answer {
    try Self.checkLengths(request)
    let written = try request.wireBytes()
    return try unsafe written.withUnsafeBytes { bytes in
      guard let reader = unsafe ResolveRequestReader(bytes, isChecked: true) else {
        throw RPCError(.internalError, "A \(ResolveVersionRequest.protoName) could not be read again.")
      }
      return try unsafe resolve(bytes, reader, leavingFree: free)
    }
  }

  private func resolve(_ bytes: UnsafeRawBufferPointer, _ request: ResolveRequestReader, leavingFree free: Int) throws -> Answer {
    guard let purpose = MetricGovernanceDomain.ResolvePurpose(number: request.purpose) else {
      throw ResolveRefusal.purposeNotSet.refusal(metric: unsafe Self.text(bytes, request.metric))
    }
    try Self.check(request, purpose)
    let asked = try unsafe Self.version(bytes, request.version)
    return try unsafe withUnsafeTemporaryAllocation(byteCount: UseKey.longestBytes, alignment: 8) { room in
      var key = unsafe UseKeyWriter(room)
      let metric = unsafe key.append(bytes, request.metric)
      key.appendZero()
      let place = unsafe key.append(bytes, request.tenant)
      key.appendZero()
      let dashboard = unsafe key.append(bytes, request.dashboard)
      let places = unsafe UnsafeRawBufferPointer(rebasing: room[place.lowerBound..<dashboard.upperBound])
      let found = try unsafe live.find(
        key: UnsafeRawBufferPointer(rebasing: room[metric]), dashboard: asked == nil && !dashboard.isEmpty ? places : nil)
      guard let metric = found.metric else {
        let typed = unsafe Self.text(bytes, request.metric)
        throw ResolveRefusal.unknownMetric.refusal(metric: typed, nearest: live.nearestKey(to: typed))
      }
      let (version, isFromPin) = try Self.choose(of: metric, asked: asked, pin: VersionNumber(found.pin), purpose)
      key.finish(version: version.number.number, day: Int32(truncatingIfNeeded: found.freshness.now.day))
      unsafe usage.count(key.bytes, of: version.status, at: found.freshness.now)
      return Answer(
        bytes: version.answer(
          after: free, isFromPin: isFromPin, revision: found.freshness.revision, ageMilliseconds: found.freshness.ageMilliseconds),
        warning: version.warning)
    }
  }

  private static func choose(
    of metric: LiveMetric, asked: VersionNumber?, pin: VersionNumber?, _ purpose: MetricGovernanceDomain.ResolvePurpose
  ) throws(Refusal) -> (LiveVersion, isFromPin: Bool) {
    do throws(ResolveRefusal) {
      let resolution = try Resolution.resolve(asked: asked, pin: pin, current: metric.current, purpose: purpose) {
        metric.version($0)?.status
      }
      return (metric.version(resolution.version)!, resolution.isFromPin)
    } catch {
      throw error.refusal(metric: metric.key.text, versions: metric.outlines, current: metric.current)
    }
  }

  // MARK: What is wrong in itself

  private static func check(_ request: ResolveRequestReader, _ purpose: MetricGovernanceDomain.ResolvePurpose) throws(Refusal) {
    if purpose.isForDashboard {
      guard !request.dashboard.isEmpty else { throw missing("dashboard_id") }
      guard !request.tenant.isEmpty else { throw missing("tenant_id") }
    }
    guard request.tenant.count <= UseKey.longestTextBytes else { throw tooLong("tenant_id") }
    guard request.dashboard.count <= UseKey.longestTextBytes else { throw tooLong("dashboard_id") }
    guard request.metric.count <= MetricKey.longest else {
      throw Refusal(
        .notFound, "METRIC_UNKNOWN", field: "metric_key",
        "metric_key has \(request.metric.count) bytes; no metric's key has more than \(MetricKey.longest).")
    }
  }

  /// Before it is written again: what is too long for the reader on the way would come back as something else.
  private static func checkLengths(_ request: ResolveVersionRequest) throws(Refusal) {
    guard request.tenantId.utf8.count <= UseKey.longestTextBytes else { throw tooLong("tenant_id") }
    guard request.dashboardId.utf8.count <= UseKey.longestTextBytes else { throw tooLong("dashboard_id") }
    guard request.metricKey.utf8.count <= 1_024, request.version.utf8.count <= 1_024 else {
      throw Refusal(.invalid, "REQUEST_TOO_LONG", field: "metric_key", "metric_key and version may have at most 1024 bytes.")
    }
  }

  private static func missing(_ field: String) -> Refusal {
    Refusal(
      .invalid, "DASHBOARD_NOT_NAMED", field: field,
      "\(field) is empty, but the purpose is a dashboard's; name tenant and dashboard, or send RESOLVE_PURPOSE_AD_HOC_QUERY.")
  }

  private static func tooLong(_ field: String) -> Refusal {
    Refusal(.invalid, "REQUEST_TOO_LONG", field: field, "\(field) may have at most \(UseKey.longestTextBytes) bytes.")
  }

  /// Nil where none was asked for.
  private static func version(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(Refusal) -> VersionNumber? {
    if range.isEmpty { return nil }
    // "v1" to "v9" are most of what is ever asked for.
    if range.count == 2, unsafe bytes[range.lowerBound] == UInt8(ascii: "v"),
      unsafe (0x31...0x39).contains(bytes[range.lowerBound + 1])
    {
      return unsafe VersionNumber(Int32(bytes[range.lowerBound + 1] - 0x30))
    }
    let text = unsafe text(bytes, range)
    guard let version = VersionNumber(text) else {
      throw Refusal(
        .invalid, "VERSION_MALFORMED", field: "version",
        "version is \"\(text.prefix(60))\"; versions are spelt v1, v2 and so on. Leave it empty for the pinned or the current one.")
    }
    return version
  }

  private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}

/// Puts a ``UseKey`` together in memory of the stack; the parts of it are what the registry is asked for.
@safe private struct UseKeyWriter {
  private let room: UnsafeMutableRawBufferPointer
  private var count = UseKey.prefixBytes

  init(_ room: UnsafeMutableRawBufferPointer) { unsafe self.room = room }

  mutating func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
    let start = count
    if !range.isEmpty {
      unsafe (room.baseAddress! + count).copyMemory(from: bytes.baseAddress! + range.lowerBound, byteCount: range.count)
      count += range.count
    }
    return start..<count
  }

  mutating func appendZero() {
    unsafe room[count] = 0
    count += 1
  }

  func finish(version: Int32, day: Int32) {
    unsafe room.storeBytes(of: version.littleEndian, as: Int32.self)
    unsafe room.storeBytes(of: day.littleEndian, toByteOffset: 4, as: Int32.self)
  }

  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: room[..<count]) }
}
