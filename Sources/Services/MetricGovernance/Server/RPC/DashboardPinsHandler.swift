import Messages
import MetricGovernanceDomain
import Postgres
import RPC
import Wire

/// Serves lodestar.metrics.v1.DashboardPins.
struct DashboardPinsHandler: DashboardPinsService {
  /// Pins of one page.
  static let mostPins = 1000
  static let usualPins = 200
  /// Metrics that a dashboard shows banners of.
  static let mostBanners = 1000

  let store: GovernanceStore
  let callers: Callers

  func pinDashboard(_ request: PinDashboardRequest, context: CallContext) async throws -> PinDashboardResponse {
    try await change(request, request.place, request.idempotencyKey, request.reason, context) { () throws(Refusal) in
      .pin(try ReadField.optionalVersion(request.version, "version"), owner: request.owner)
    }
  }

  func unpinDashboard(_ request: UnpinDashboardRequest, context: CallContext) async throws -> PinDashboardResponse {
    try await change(request, request.place, request.idempotencyKey, request.reason, context) { () throws(Refusal) in
      .unpin(expected: try ReadField.version(request.expectedVersion, "expected_version"))
    }
  }

  func migratePin(_ request: MigratePinRequest, context: CallContext) async throws -> PinDashboardResponse {
    try await change(request, request.place, request.idempotencyKey, request.reason, context) { () throws(Refusal) in
      .migrate(
        from: try ReadField.version(request.fromVersion, "from_version"), to: try ReadField.version(request.toVersion, "to_version")
      )
    }
  }

  func listPins(_ request: ListPinsRequest, context: CallContext) async throws -> ListPinsResponse {
    try await context.answering {
      let size = try ReadField.pageSize(request.pageSize, usual: Self.usualPins, most: Self.mostPins)
      let query = Pins(
        tenant: request.tenantId, dashboard: request.dashboardId, metric: request.metricKey,
        version: try ReadField.optionalVersion(request.version, "version"),
        after: try ReadField.pageToken(request.pageToken, PinPageToken.place), limit: size + 1)
      let pins = try await store.database.fetch(query, deadline: context.deadline)
      let page = pins.prefix(size)
      let token = pins.count > size ? page.last.map(PinPageToken.text) : nil
      return ListPinsResponse(pins: page.map(DashboardPin.init), nextPageToken: token ?? "")
    }
  }

  func listBanners(_ request: ListBannersRequest, context: CallContext) async throws -> ListBannersResponse {
    try await context.answering {
      guard !request.tenantId.isEmpty, !request.dashboardId.isEmpty else {
        throw Refusal(
          .invalid, "DASHBOARD_MISSING", field: request.tenantId.isEmpty ? "tenant_id" : "dashboard_id",
          "Name the tenant and the dashboard that the banners are for.")
      }
      return try await store.database.transaction(isolation: .readOnlySnapshot, deadline: context.deadline) { transaction in
        let pins = try await transaction.fetch(
          Pins(tenant: request.tenantId, dashboard: request.dashboardId, limit: Self.mostBanners))
        let metrics = try await StoredMetrics.read(pins.map(\.metric), in: transaction)
        let byKey = Dictionary(uniqueKeysWithValues: metrics.map { ($0.key, $0) })
        return ListBannersResponse(
          banners: pins.compactMap { pin in byKey[pin.metric].flatMap { PinBanner(of: pin, metric: $0) }.map(Banner.init) })
      }
    }
  }

  private func change(
    _ request: some WireMessage, _ place: ReadPinPlace, _ idempotencyKey: String, _ reason: String, _ context: CallContext,
    _ command: () throws(Refusal) -> PinCommand
  ) async throws -> PinDashboardResponse {
    let principal = try callers.principal(of: context)
    return try await context.answering {
      let place = try place.checked()
      let command = try command()
      let call = GovernanceCall(
        principal: principal, method: context.method, idempotencyKey: idempotencyKey, request: try request.wireBytes())
      return try await store.write(call, deadline: context.deadline) { change in
        let metric = try await change.metric(place.metric)
        let pin = try await change.carryOut(command, at: place, reason: reason, on: metric)
        let banner = pin.flatMap { pin in metric.flatMap { PinBanner(of: pin, metric: $0) } }
        return PinDashboardResponse(
          pin: pin.map(DashboardPin.init), registryRevision: change.revision, warnings: banner.map { [VersionWarning($0)] } ?? [])
      }
    }
  }
}

/// A dashboard's pin as a request names it.
private struct ReadPinPlace {
  var tenant: String
  var dashboard: String
  var metric: String

  func checked() throws(Refusal) -> PinPlace {
    PinPlace(tenant: tenant, dashboard: dashboard, metric: try ReadField.metric(metric, "metric_key"))
  }
}

extension PinDashboardRequest {
  fileprivate var place: ReadPinPlace { ReadPinPlace(tenant: tenantId, dashboard: dashboardId, metric: metricKey) }
}

extension UnpinDashboardRequest {
  fileprivate var place: ReadPinPlace { ReadPinPlace(tenant: tenantId, dashboard: dashboardId, metric: metricKey) }
}

extension MigratePinRequest {
  fileprivate var place: ReadPinPlace { ReadPinPlace(tenant: tenantId, dashboard: dashboardId, metric: metricKey) }
}

/// The last pin of a page, for the next one to begin behind.
private enum PinPageToken {
  static func text(_ pin: Pin) -> String {
    Hexadecimal.text(Array("\(pin.metric)\0\(pin.tenant)\0\(pin.dashboard)".utf8))
  }

  /// Nil for what is no token.
  static func place(_ token: String) -> PinPlace? {
    guard let bytes = Hexadecimal.bytes(token), let text = String(validating: bytes, as: UTF8.self) else { return nil }
    let parts = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let metric = MetricKey(parts[0]) else { return nil }
    return PinPlace(tenant: parts[1], dashboard: parts[2], metric: metric)
  }
}

extension Banner {
  init(_ banner: PinBanner) {
    self.init(
      metricKey: banner.metric.text, version: banner.version.description, code: banner.code.rawValue, message: banner.message,
      plannedSunsetAtUs: banner.plannedSunset?.microseconds ?? 0, replacementVersion: banner.replacement?.description ?? "")
  }
}

extension VersionWarning {
  fileprivate init(_ banner: PinBanner) {
    self.init(
      code: banner.status.rawValue, message: banner.message, plannedSunsetAtUs: banner.plannedSunset?.microseconds ?? 0,
      replacementVersion: banner.replacement?.description ?? "", migrationGuide: banner.migrationGuide)
  }
}
