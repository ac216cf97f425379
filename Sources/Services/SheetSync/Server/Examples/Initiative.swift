/// An initiative of the example company: what the backlog says of it, what planning needs to know, and what it would bring.
struct Initiative {
  var key: String
  var title: String
  var country: String
  var department: String
  var category: String
  var program: String
  var status: String
  /// nil: nobody has estimated it yet.
  var tokens: Int?
  /// The KPI that it moves first.
  var immediateKPI: String
  /// Orders a quarter.
  var orders: Double?
  /// Points of checkout conversion, a ratio.
  var conversion: Double?
  /// Points of the share that buys again, a ratio.
  var retention: Double?
  /// Days from order to door; negative is faster.
  var deliveryDays: Double?
  var deadline: String
  /// Why it is mandatory; empty when it is not.
  var mandate: String
  var bundle: String
  var needs: String
  var excludes: String
  /// The only period that it can be planned for.
  var period: String
  var isCandidate: Bool
  var isSelected: Bool
  var notes: String

  init(
    _ key: String, _ title: String, _ country: String, _ department: String, _ category: String, _ program: String,
    _ status: String, tokens: Int? = nil, moves immediateKPI: String, orders: Double? = nil, conversion: Double? = nil,
    retention: Double? = nil, deliveryDays: Double? = nil, deadline: String = "", mandate: String = "", bundle: String = "",
    needs: String = "", excludes: String = "", period: String = "", isCandidate: Bool = true, isSelected: Bool = true,
    notes: String = ""
  ) {
    self.key = key
    self.title = title
    self.country = country
    self.department = department
    self.category = category
    self.program = program
    self.status = status
    self.tokens = tokens
    self.immediateKPI = immediateKPI
    self.orders = orders
    self.conversion = conversion
    self.retention = retention
    self.deliveryDays = deliveryDays
    self.deadline = deadline
    self.mandate = mandate
    self.bundle = bundle
    self.needs = needs
    self.excludes = excludes
    self.period = period
    self.isCandidate = isCandidate
    self.isSelected = isSelected
    self.notes = notes
  }

  /// What it brings to each KPI, in the order of the KPI list.
  var contributions: [(kpi: String, value: Double)] {
    [("NSM_ORDERS", orders), ("KPI_CONVERSION", conversion), ("KPI_RETENTION", retention), ("KPI_DELIVERY_DAYS", deliveryDays)]
      .compactMap { kpi, value in value.map { (kpi, $0) } }
  }
}
