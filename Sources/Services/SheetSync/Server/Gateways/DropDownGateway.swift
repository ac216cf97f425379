import Messages
import RPC

extension RowGateway {
  /// A new workbook does not wait longer for what its drop-downs offer.
  private static let patienceForLists: Duration = .seconds(3)

  /// The keys of active KPIs and of initiatives, as the registry and the backlog know them; those of the example where a service does
  /// not answer, or knows none.
  func dropDownLists() async -> DropDownLists {
    var lists = DropDownLists.example
    let options = CallOptions(timeout: Self.patienceForLists)
    if let config = try? await metrics.getMetricsConfig(GetMetricsConfigRequest(), options: options) {
      let keys = config.kpis.filter(\.isActive).map(\.kpiKey)
      if !keys.isEmpty { lists.kpiKeys = keys }
    }
    if let backlog = try? await compiler.listInitiatives(ListInitiativesRequest(), options: options) {
      let keys = backlog.initiatives.map(\.initiativeKey)
      if !keys.isEmpty { lists.initiativeKeys = keys.sorted() }
    }
    return lists
  }
}
