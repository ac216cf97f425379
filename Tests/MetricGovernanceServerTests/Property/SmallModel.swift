import MetricGovernanceDomain

/// The rules of a metric's life written down a second time, as small as they can be and without a look at the first: only whether a call
/// is taken, what the trail says then, and where everything stands. No texts, no hashes: a content is what it differs in.
struct SmallModel {
  struct Content: Hashable {
    var formula: Int
    /// What a correction may change.
    var spelling: Int
    var hasGuide: Bool
  }

  struct Request {
    var purpose: Approval.Purpose
    var status = Approval.Status.pending
    var subject: Content
    var requester: Actor
    var isBreaking: Bool
    var answered: Set<Actor> = []
    var agreed = 0
    var usedAt: Instant?

    var isLive: Bool { status == .pending || status == .approved && usedAt == nil }
  }

  struct Version {
    var status = VersionStatus.draft
    var content: Content
    var isBreaking = false
    var corrections = 0
    var requests: [Request] = []
    var deprecatedAt: Instant?
    var planned: Instant?
    var replacement: Int32?
  }

  enum Actor: String, CaseIterable, Hashable {
    case ada = "person/ada"
    case bob = "person/bob"
    case cleo = "person/cleo"
    case vera = "person/vera"
    case robot, sync = "lodestar-sync"

    var isBoard: Bool { self == .ada || self == .cleo }
    var isAuthor: Bool { isBoard || self == .bob }
    var pins: Bool { self != .vera }
  }

  var exists = false
  var facts = 0
  var versions: [Int32: Version] = [:]
  /// The way that led to the current version, it last.
  var way: [Int32] = []
  var pins: [Int: Int32] = [:]
  /// When which version was queried last; a query is recent for 30 days.
  var queries: [Int32: Instant] = [:]

  var current: Int32? { way.last }
  var highest: Int32 { versions.keys.max() ?? 0 }

  /// The first on the way back that has not been retired.
  var target: Int32? { way.dropLast().last { versions[$0]?.status != .retired } }

  func isRead(_ number: Int32, at now: Instant) -> Bool {
    pins.values.contains(number) || queries[number].map { $0 > now.advanced(byDays: -30) } ?? false
  }

  /// The trail's new lines; nil when the call is refused, and then nothing has changed.
  mutating func take(_ call: ModelCall, at now: Instant) -> [String]? {
    if call.isStale && !call.isPin || call.isWithoutReason { return nil }
    var after = self
    var trail: [String] = []
    guard after.carryOut(call, now, &trail) else { return nil }
    self = after
    return trail
  }

  private mutating func carryOut(_ call: ModelCall, _ now: Instant, _ trail: inout [String]) -> Bool {
    let actor = call.actor
    switch call.deed {
    case .create(let number, let content, let facts): return actor.isAuthor && create(number, content, facts, &trail)
    case .edit(let number, let content): return actor.isAuthor && edit(number, content, &trail)
    case .describe(let facts): return actor.isAuthor && describe(facts, &trail)
    case .ask(let number, let purpose, let isBreaking, let correction):
      return actor.isAuthor && ask(number, purpose, isBreaking, correction, actor, &trail)
    case .answer(let number, let request, let yes, let complete, let right):
      return actor.isBoard && right && answer(number, request, yes, complete, actor, &trail)
    case .activate(let number, let makeCurrent):
      return (makeCurrent ? actor.isBoard : actor.isAuthor) && activate(number, makeCurrent, now, &trail)
    case .crown(let number):
      guard actor.isBoard, versions[number]?.status == .active, current != number else { return false }
      crown(number, &trail)
      return true
    case .deprecate(let number, let replacement, let planned, let expedited):
      return actor.isAuthor && deprecate(number, replacement, planned, expedited, now, &trail)
    case .sunset(let number): return actor.isAuthor && sunset(number, now, &trail)
    case .retire(let number): return actor.isBoard && retire(number, now, &trail)
    case .rollBack: return actor.isBoard && rollBack(now, &trail)
    case .correct(let number, let request): return actor.isAuthor && correct(number, request, now, &trail)
    case .pin(let dashboard, let number): return actor.pins && pin(dashboard, number, &trail)
    case .unpin(let dashboard, let expected):
      guard actor.pins, pins[dashboard] == expected else { return false }
      pins[dashboard] = nil
      trail.append("metric.dashboard_version_unpinned acme/d\(dashboard)/roas")
      return true
    case .migrate(let dashboard, let from, let to):
      guard actor.pins, pins[dashboard] == from, from != to, takesPins(to) else { return false }
      pins[dashboard] = to
      trail.append("metric.dashboard_version_migrated acme/d\(dashboard)/roas")
      return true
    }
  }

  // MARK: Drafts

  private mutating func create(_ wanted: Int32?, _ content: Content, _ facts: Int?, _ trail: inout [String]) -> Bool {
    if exists { if let facts, facts != self.facts { return false } } else if facts == nil { return false }
    let number = wanted ?? highest + 1
    guard number > highest else { return false }
    if !exists, let facts {
      exists = true
      self.facts = facts
      trail.append("metric.metadata_updated roas")
    }
    versions[number] = Version(content: content)
    trail.append("metric.version_created roas@v\(number)")
    return true
  }

  private mutating func edit(_ number: Int32, _ content: Content, _ trail: inout [String]) -> Bool {
    guard let version = versions[number], version.status == .draft else { return false }
    guard version.content != content else { return true }
    versions[number]?.content = content
    void(number) { _ in true }
    trail.append("metric.draft_updated roas@v\(number)")
    return true
  }

  private mutating func describe(_ facts: Int, _ trail: inout [String]) -> Bool {
    guard exists else { return false }
    if facts != self.facts { trail.append("metric.metadata_updated roas") }
    self.facts = facts
    return true
  }

  // MARK: Approvals

  private mutating func void(_ number: Int32, _ isMeant: (Request) -> Bool) {
    guard var requests = versions[number]?.requests else { return }
    for index in requests.indices where requests[index].isLive && isMeant(requests[index]) { requests[index].status = .void }
    versions[number]?.requests = requests
  }

  private mutating func ask(
    _ number: Int32, _ purpose: Approval.Purpose, _ isBreaking: Bool, _ correction: Content?, _ actor: Actor,
    _ trail: inout [String]
  ) -> Bool {
    let allowed: [Approval.Purpose: Set<VersionStatus>] = [
      .activation: [.draft], .correction: [.active, .deprecated, .sunset], .expeditedSunset: [.active, .deprecated],
      .forcedRetirement: [.sunset], .rollback: [.deprecated, .sunset],
    ]
    guard let version = versions[number], allowed[purpose]!.contains(version.status) else { return false }
    if purpose == .correction {
      guard let correction, !isBreaking, correction != version.content, correction.formula == version.content.formula else {
        return false
      }
    } else if correction != nil || purpose == .activation && isBreaking && !version.content.hasGuide {
      return false
    }
    void(number) { $0.purpose == purpose }
    versions[number]?.requests.append(
      Request(purpose: purpose, subject: correction ?? version.content, requester: actor, isBreaking: isBreaking))
    trail.append("metric.version_approval_requested roas@v\(number)")
    return true
  }

  private mutating func answer(
    _ number: Int32, _ place: Int32, _ yes: Bool, _ complete: Bool, _ actor: Actor, _ trail: inout [String]
  ) -> Bool {
    let index = Int(place) - 1
    guard let version = versions[number], version.requests.indices.contains(index) else { return false }
    var request = version.requests[index]
    guard request.status == .pending, request.answered.insert(actor).inserted else { return false }
    if yes && (actor == request.requester || !complete) { return false }
    if yes {
      request.agreed += 1
      if request.agreed == (request.isBreaking ? 2 : 1) { request.status = .approved }
    } else {
      request.status = .rejected
    }
    versions[number]?.requests[index] = request
    trail.append("metric.version_approval_\(yes ? "granted" : "rejected") roas@v\(number)")
    return true
  }

  /// Uses up an approved request for what the version says now.
  private mutating func spend(_ purpose: Approval.Purpose, _ number: Int32, _ now: Instant) -> Request? {
    guard let version = versions[number],
      let index = version.requests.lastIndex(where: {
        $0.purpose == purpose && $0.status == .approved && $0.usedAt == nil && $0.subject == version.content
      })
    else { return nil }
    versions[number]?.requests[index].usedAt = now
    return version.requests[index]
  }

  // MARK: States

  private mutating func move(_ number: Int32, _ status: VersionStatus, _ trail: inout [String]) {
    versions[number]?.status = status
    trail.append("metric.version_status_changed roas@v\(number)")
  }

  private mutating func crown(_ number: Int32, _ trail: inout [String]) {
    if let place = way.firstIndex(of: number) { way = Array(way[...place]) } else { way.append(number) }
    trail.append("metric.current_version_changed roas@v\(number)")
  }

  private mutating func activate(_ number: Int32, _ makeCurrent: Bool, _ now: Instant, _ trail: inout [String]) -> Bool {
    guard versions[number]?.status == .draft, let approval = spend(.activation, number, now) else { return false }
    versions[number]?.isBreaking = approval.isBreaking
    move(number, .active, &trail)
    if makeCurrent { crown(number, &trail) }
    return true
  }

  private mutating func deprecate(
    _ number: Int32, _ named: Int32?, _ planned: Instant?, _ expedited: Bool, _ now: Instant, _ trail: inout [String]
  ) -> Bool {
    guard versions[number]?.status == .active, number != current else { return false }
    let successor = named ?? current
    if let successor { guard successor != number, versions[successor]?.status == .active else { return false } }
    if expedited { guard spend(.expeditedSunset, number, now) != nil else { return false } }
    let days: Int64 = expedited ? 0 : successor.map { versions[$0]!.isBreaking ? 90 : 30 } ?? 90
    let date = planned ?? now.advanced(byDays: days)
    guard date >= now.advanced(byDays: days), date <= now.advanced(byDays: 3650) else { return false }
    end(number, date, successor, now, expedited, &trail)
    return true
  }

  private mutating func end(
    _ number: Int32, _ date: Instant, _ successor: Int32?, _ now: Instant, _ expedited: Bool, _ trail: inout [String]
  ) {
    versions[number]?.deprecatedAt = now
    versions[number]?.planned = date
    versions[number]?.replacement = successor
    move(number, .deprecated, &trail)
    trail.append("metric.version_sunset_scheduled roas@v\(number)")
    if expedited { trail.append("metric.sunset_expedited roas@v\(number)") }
  }

  private mutating func sunset(_ number: Int32, _ now: Instant, _ trail: inout [String]) -> Bool {
    guard let version = versions[number], version.status == .deprecated, let planned = version.planned else { return false }
    let covered = version.requests.contains {
      $0.purpose == .expeditedSunset && $0.usedAt != nil && $0.usedAt == version.deprecatedAt
    }
    let needsWord = now < planned || isRead(number, at: now) && !covered
    if needsWord { guard spend(.expeditedSunset, number, now) != nil else { return false } }
    move(number, .sunset, &trail)
    if needsWord { trail.append("metric.sunset_expedited roas@v\(number)") }
    return true
  }

  private mutating func retire(_ number: Int32, _ now: Instant, _ trail: inout [String]) -> Bool {
    guard versions[number]?.status == .sunset, target != number else { return false }
    let forced = isRead(number, at: now)
    if forced { guard spend(.forcedRetirement, number, now) != nil else { return false } }
    move(number, .retired, &trail)
    if forced { trail.append("metric.retirement_forced roas@v\(number)") }
    return true
  }

  private mutating func rollBack(_ now: Instant, _ trail: inout [String]) -> Bool {
    guard let faulty = current, let back = target, let status = versions[back]?.status else { return false }
    if status == .sunset { guard spend(.rollback, back, now) != nil else { return false } }
    trail.append("metric.rollback_executed roas@v\(back)")
    if status != .active {
      versions[back]?.planned = nil
      versions[back]?.deprecatedAt = nil
      versions[back]?.replacement = nil
      move(back, .active, &trail)
      void(back) { $0.purpose == .expeditedSunset || $0.purpose == .forcedRetirement }
    }
    crown(back, &trail)
    let atOnce = !pins.values.contains(faulty) && spend(.expeditedSunset, faulty, now) != nil
    let days: Int64 = atOnce ? 0 : versions[faulty]!.isBreaking ? 90 : 30
    end(faulty, now.advanced(byDays: days), back, now, atOnce, &trail)
    return true
  }

  private mutating func correct(_ number: Int32, _ place: Int32, _ now: Instant, _ trail: inout [String]) -> Bool {
    let index = Int(place) - 1
    guard let version = versions[number], [.active, .deprecated, .sunset].contains(version.status),
      version.requests.indices.contains(index)
    else { return false }
    let request = version.requests[index]
    guard request.purpose == .correction, request.status == .approved, request.usedAt == nil,
      request.subject != version.content, request.subject.formula == version.content.formula
    else { return false }
    versions[number]?.requests[index].usedAt = now
    versions[number]?.content = request.subject
    versions[number]?.corrections += 1
    void(number) { _ in true }
    trail.append("metric.definition_corrected roas@v\(number)")
    return true
  }

  // MARK: Pins

  private func takesPins(_ number: Int32) -> Bool {
    versions[number].map { $0.status == .active || $0.status == .deprecated } ?? false
  }

  private mutating func pin(_ dashboard: Int, _ wanted: Int32?, _ trail: inout [String]) -> Bool {
    guard exists, pins[dashboard] == nil, let number = wanted ?? current, takesPins(number) else { return false }
    pins[dashboard] = number
    trail.append("metric.dashboard_version_pinned acme/d\(dashboard)/roas")
    return true
  }
}

/// One call of a random sequence.
struct ModelCall {
  enum Deed {
    case create(Int32?, SmallModel.Content, facts: Int?)
    case edit(Int32, SmallModel.Content)
    case describe(Int)
    case ask(Int32, Approval.Purpose, isBreaking: Bool, SmallModel.Content?)
    case answer(Int32, request: Int32, yes: Bool, complete: Bool, rightHash: Bool)
    case activate(Int32, makeCurrent: Bool)
    case crown(Int32)
    case deprecate(Int32, replacement: Int32?, planned: Instant?, expedited: Bool)
    case sunset(Int32)
    case retire(Int32)
    case rollBack
    case correct(Int32, request: Int32)
    case pin(Int, Int32?)
    case unpin(Int, Int32)
    case migrate(Int, Int32, Int32)
  }

  var actor: SmallModel.Actor
  var deed: Deed
  /// Names a revision that is not the metric's.
  var isStale = false
  var isWithoutReason = false

  var isPin: Bool {
    switch deed {
    case .pin, .unpin, .migrate: true
    default: false
    }
  }
}
