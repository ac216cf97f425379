import Messages

extension VersionStatus {
  var word: String {
    switch self {
    case .unspecified: "-"
    case .draft: "draft"
    case .active: "active"
    case .deprecated: "deprecated"
    case .sunset: "sunset"
    case .retired: "retired"
    }
  }

  var ink: Ink {
    switch self {
    case .active: .good
    case .deprecated, .sunset: .warning
    case .retired: .bad
    case .draft, .unspecified: .plain
    }
  }

  static let words: [(word: String, status: VersionStatus)] = [.draft, .active, .deprecated, .sunset, .retired].map {
    ($0.word, $0)
  }
}

extension ApprovalPurpose {
  var word: String {
    switch self {
    case .unspecified: "-"
    case .activation: "activation"
    case .correction: "correction"
    case .expeditedSunset: "expedited sunset"
    case .forcedRetirement: "forced retirement"
    case .rollback: "rollback"
    }
  }
}

extension ApprovalStatus {
  var word: String {
    switch self {
    case .unspecified: "-"
    case .pending: "pending"
    case .approved: "approved"
    case .rejected: "rejected"
    case .void: "void"
    }
  }

  var ink: Ink {
    switch self {
    case .approved: .good
    case .pending: .warning
    case .rejected: .bad
    case .void, .unspecified: .dim
    }
  }
}

/// How people call principals: "ada" for spiffe://lodestar.local/person/ada, "lodestar-sync" for a service.
func who(_ principal: String) -> String {
  principal.withShortNames.printable
}

extension EdgeCases {
  /// Each a phrase.
  var phrases: [String] {
    var phrases: [String] = []
    switch onZeroDenominator {
    case "": break
    case "error": phrases.append("a division by zero is an error")
    default: phrases.append("a division by zero gives \(onZeroDenominator)")
    }
    if currency == "separate" { phrases.append("each currency apart") }
    return phrases + notes
  }
}

extension MetricColumn {
  /// "metric_version text = 'v1'"
  var phrase: String {
    [name, type, constant.isEmpty ? "" : "= '\(constant)'"].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension MetricVersion {
  /// When it came into the state that it is in.
  var since: Int64 {
    switch status {
    case .draft, .unspecified: createdAtUs
    case .active: activatedAtUs
    case .deprecated: deprecatedAtUs
    case .sunset: sunsetAtUs
    case .retired: retiredAtUs
    }
  }

  func approval(_ purpose: ApprovalPurpose, _ status: ApprovalStatus) -> Approval? {
    approvals.last { $0.purpose == purpose && $0.status == status }
  }
}

extension Approval {
  var approvals: Int { decisions.count { $0.approved } }
  var approvalsLacking: Int { max(0, Int(approversNeeded) - approvals) }
}

extension Metric {
  func version(_ name: String) -> MetricVersion? { versions.first { $0.version == name } }
}
