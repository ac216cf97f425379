import ArgumentParser
import Messages
import RPC

/// What every change of a pin is told.
struct PinOptions: ParsableArguments {
  @OptionGroup var terms: ChangeOptions

  @Argument(help: "The tenant.")
  var tenant: String

  @Argument(help: "The dashboard.")
  var dashboard: String

  @Argument(help: "The metric's key.")
  var metric: String

  /// Makes the change; `call` is given the pin as it is, nil where there is none.
  func change(
    _ call: (DashboardPinsClient, DashboardPin?) async throws -> PinDashboardResponse,
    sentence: (PinDashboardResponse) -> String
  ) async throws {
    try await terms.service.show(terms.answer) { channel in
      let client = DashboardPinsClient(channel: channel)
      let request = ListPinsRequest(tenantId: tenant, dashboardId: dashboard, metricKey: metric)
      return try await call(client, try await client.listPins(request).pins.first)
    } lines: { response, console in
      [sentence(response).printable] + PinsView.warnings(response.warnings, console)
    }
  }

  /// Throws when the dashboard has no pin.
  func existing(_ pin: DashboardPin?) throws -> DashboardPin {
    if let pin { return pin }
    throw Failure(
      .refused, "dashboard \(dashboard) of \(tenant) has no pin on \(metric)",
      mend: "`lodestar metrics pins --tenant \(tenant)` lists them")
  }
}

extension Metrics {
  struct Pin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have a dashboard read one version of a metric, whatever becomes current.",
      discussion: """
        EXAMPLES
          lodestar metrics pin acme weekly roas --owner ada --reason "Board report"
          lodestar metrics pin acme weekly roas --version v1 --reason "Board report"
        """)

    @OptionGroup var pin: PinOptions

    @Option(help: "The version; by default the current one.")
    var version: VersionName?

    @Option(help: "Who is told when something happens to the version; by default whoever pins.")
    var owner: String?

    func run() async throws {
      try await pin.change { client, former in
        try await client.pinDashboard(
          PinDashboardRequest(
            tenantId: pin.tenant, dashboardId: pin.dashboard, metricKey: pin.metric, version: version?.text ?? "",
            owner: owner ?? former?.owner ?? pin.terms.service.caller().name, idempotencyKey: pin.terms.key,
            reason: pin.terms.reason))
      } sentence: { response in
        "\(pin.dashboard) of \(pin.tenant) reads \(pin.metric) \(response.pin?.version ?? "")."
      }
    }
  }

  struct Unpin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let a dashboard go: it reads the current version from then on.",
      discussion: """
        EXAMPLES
          lodestar metrics unpin acme weekly roas --reason "The report is gone"
        """)

    @OptionGroup var pin: PinOptions

    func run() async throws {
      try await pin.change { client, former in
        try await client.unpinDashboard(
          UnpinDashboardRequest(
            tenantId: pin.tenant, dashboardId: pin.dashboard, metricKey: pin.metric,
            expectedVersion: try pin.existing(former).version, idempotencyKey: pin.terms.key, reason: pin.terms.reason))
      } sentence: { _ in
        "\(pin.dashboard) of \(pin.tenant) is not pinned to a version of \(pin.metric) any more."
      }
    }
  }

  struct MigratePin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Move a dashboard's pin from one version to another.",
      discussion: """
        EXAMPLES
          lodestar metrics migrate-pin acme weekly roas --to v2 --reason "Ada agrees"
        """)

    @OptionGroup var pin: PinOptions

    @Option(help: "The version that it has; refused when it has another. By default whichever it has.")
    var from: VersionName?

    @Option(help: "The version to move to.")
    var to: VersionName

    func run() async throws {
      var left = ""
      try await pin.change { client, former in
        left = try from?.text ?? pin.existing(former).version
        return try await client.migratePin(
          MigratePinRequest(
            tenantId: pin.tenant, dashboardId: pin.dashboard, metricKey: pin.metric, fromVersion: left, toVersion: to.text,
            idempotencyKey: pin.terms.key, reason: pin.terms.reason))
      } sentence: { _ in
        "\(pin.dashboard) of \(pin.tenant) moved from \(pin.metric) \(left) to \(to)."
      }
    }
  }

  struct Pins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List which dashboards are pinned to which versions.",
      discussion: """
        EXAMPLES
          lodestar metrics pins
          lodestar metrics pins --metric roas --version v1
          lodestar metrics pins --tenant acme --json
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Option(help: "Only this tenant's.")
    var tenant = ""

    @Option(help: "Only this dashboard's.")
    var dashboard = ""

    @Option(help: "Only pins on this metric.")
    var metric = ""

    @Option(help: "Only pins on this version.")
    var version: VersionName?

    func run() async throws {
      let request = ListPinsRequest(tenantId: tenant, dashboardId: dashboard, metricKey: metric, version: version?.text ?? "")
      try await service.show(answer) {
        ListPinsResponse(pins: try await Self.all(request, $0))
      } lines: { response, console in
        response.pins.isEmpty ? ["No such pins."] : PinsView(pins: response.pins).table.lines(console)
      }
    }

    /// Every page of them.
    static func all(_ request: ListPinsRequest, _ channel: RPCChannel) async throws -> [DashboardPin] {
      let client = DashboardPinsClient(channel: channel)
      var (request, pins) = (request, [DashboardPin]())
      request.pageSize = 1000
      repeat {
        let page = try await client.listPins(request)
        pins += page.pins
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      return pins
    }
  }

  struct Banners: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what a dashboard is to tell its readers about the versions that it is pinned to.",
      discussion: """
        EXAMPLES
          lodestar metrics banners acme weekly-report
        """)

    @OptionGroup var service: MetricsOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The tenant.")
    var tenant: String

    @Argument(help: "The dashboard.")
    var dashboard: String

    func run() async throws {
      try await service.show(answer) { channel in
        try await DashboardPinsClient(channel: channel).listBanners(ListBannersRequest(tenantId: tenant, dashboardId: dashboard))
      } lines: {
        PinsView.banners($0.banners, $1)
      }
    }
  }
}
