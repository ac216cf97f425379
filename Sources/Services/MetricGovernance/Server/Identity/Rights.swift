import MetricGovernanceDomain
import RPC

/// What a call asks of its caller.
enum Right: Equatable, Sendable {
  /// Whoever can connect, named or not: reading.
  case anyone
  /// A person or a service with one of the roles.
  case holder(of: Set<Principal.Role>)
  /// A person with one of the roles; never a service.
  case person(with: Set<Principal.Role>)
  /// Any of our services, or a person with one of the roles. In clear text, where services do not say who they are, anybody.
  case serviceOrPerson(with: Set<Principal.Role>)

  /// As in "this needs …".
  var need: String {
    switch self {
    case .anyone: "anybody"
    case .holder(let roles): "a person or a service with the role \(Self.list(roles))"
    case .person(let roles): "a person with the role \(Self.list(roles))"
    case .serviceOrPerson(let roles): "a service, or a person with the role \(Self.list(roles))"
    }
  }

  var roles: Set<Principal.Role> {
    switch self {
    case .anyone: []
    case .holder(let roles), .person(let roles), .serviceOrPerson(let roles): roles
    }
  }

  func admits(_ principal: Principal) -> Bool {
    switch self {
    case .anyone: true
    case .holder(let roles): !roles.isDisjoint(with: principal.roles)
    case .person(let roles): principal.kind == .person && !roles.isDisjoint(with: principal.roles)
    case .serviceOrPerson(let roles): principal.kind == .service || !roles.isDisjoint(with: principal.roles)
    }
  }

  /// In the order in which the roles are declared, so that a message is always the same.
  private static func list(_ roles: Set<Principal.Role>) -> String {
    let names = Principal.Role.allCases.filter(roles.contains).map(\.rawValue)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}

/// Who may call what: every method of lodestar.metrics.v1 by its path. What is not in the table is refused.
enum Rights {
  private static let everyRoleButViewer = Set(Principal.Role.allCases).subtracting([.viewer])
  private static let author = Right.person(with: [.analyst, .governanceBoard])
  private static let board = Right.person(with: [.governanceBoard])
  private static let user = Right.holder(of: everyRoleButViewer)

  private static let byService: [String: [String: Right]] = [
    "MetricGovernance": [
      // lodestar-sync saves for whoever works in the sheet, and names them in the request.
      "SaveMetricsConfig": .serviceOrPerson(with: everyRoleButViewer), "GetMetricsConfig": .anyone, "WatchMetricsConfig": .anyone,
    ],
    "MetricRegistry": [
      "GetMetric": .anyone, "ListMetrics": .anyone, "ResolveVersion": .anyone, "BatchResolve": .anyone, "WatchRegistry": .anyone,
    ],
    "MetricLifecycle": [
      "CreateVersion": author, "UpdateDraft": author, "UpdateMetric": author, "RequestApproval": author,
      "Approve": board, "Reject": board, "SetCurrentVersion": board, "Retire": board, "Rollback": board,
      "Activate": author, "Deprecate": author, "Sunset": author, "CorrectDefinition": author,
    ],
    "DashboardPins": [
      "PinDashboard": user, "UnpinDashboard": user, "MigratePin": user, "ListPins": .anyone, "ListBanners": .anyone,
    ],
    "MetricInsight": [
      "DiffVersions": .anyone, "CheckDefinition": .anyone, "ImpactReport": .anyone,
      // Reads the warehouse, which holds more than the registry does.
      "CompareVersions": .holder(of: [.pm, .analyst, .governanceBoard]),
    ],
    "RegistryFile": ["PlanImport": .anyone, "ApplyImport": author, "ExportRegistry": .anyone],
    "AuditTrail": [
      "ListAuditEvents": .anyone, "VerifyAuditChain": .anyone, "ExportAuditEvents": .anyone, "TakeCheckpoint": user,
    ],
    "GovernanceNotifications": [
      "ListNotifications": .anyone, "RetryNotification": .holder(of: [.operator, .analyst, .governanceBoard]),
    ],
  ]

  /// The paths that the table speaks of; others, as health's, are not its business.
  static let package = "/lodestar.metrics.v1."

  static let table: [String: Right] = Dictionary(
    uniqueKeysWithValues: byService.flatMap { service, methods in
      methods.map { ("\(package)\(service)/\($0.key)", $0.value) }
    })

  /// The path of a method of lodestar.metrics.v1, as "MetricLifecycle/Approve" names it.
  static func path(_ method: String) -> String { package + method }

  /// Throws PERMISSION_DENIED when the principal may not call the method: says what it would take, and who grants it.
  /// - Parameter hasPolicy: whether there is a policy at all that could give roles.
  static func check(_ principal: Principal, method: String, hasPolicy: Bool = true) throws(RPCError) {
    guard let right = table[method] else { throw unknown(method) }
    guard !right.admits(principal) else { return }
    throw denied(principal, name(of: method), right, hasPolicy)
  }

  static func unknown(_ method: String) -> RPCError {
    RPCError(
      .permissionDenied, "\(name(of: method)) has no rule that says who may call it, so nobody may.",
      details: [.errorInfo(reason: "RIGHT_UNDECLARED", domain: Refusal.errorDomain)])
  }

  /// "Approve" of "/lodestar.metrics.v1.MetricLifecycle/Approve".
  static func name(of method: String) -> String {
    method.lastIndex(of: "/").map { String(method[method.index(after: $0)...]) } ?? method
  }

  private static func denied(_ principal: Principal, _ name: String, _ right: Right, _ hasPolicy: Bool) -> RPCError {
    let subject = PrincipalName.short(principal.uri)
    // With any role at all a service could not do what only people may.
    let isWrongKind = principal.kind == .service && right == .person(with: right.roles)
    let role = Principal.Role.allCases.first(where: right.roles.contains)?.rawValue ?? ""
    let (standing, mend): (String, String) =
      if isWrongKind {
        ("is a service", "Let a person do it.")
      } else if !hasPolicy {
        ("has no role", "This service has no policy file that gives roles: LODESTAR_POLICY has to name one.")
      } else {
        (Self.standing(principal.roles), "Who keeps this system's policy file grants it: \(grant(principal, role)).")
      }
    return RPCError(
      .permissionDenied, "\(subject) \(standing); \(name) needs \(right.need). \(mend)",
      details: [
        .errorInfo(
          reason: isWrongKind ? "PERSON_NEEDED" : "ROLE_MISSING", domain: Refusal.errorDomain,
          metadata: ["principal": principal.uri, "method": name])
      ])
  }

  private static func standing(_ roles: Set<Principal.Role>) -> String {
    let names = Principal.Role.allCases.filter(roles.contains).map(\.rawValue)
    return names.isEmpty ? "has no role" : "is only \(names.joined(separator: " and "))"
  }

  private static func grant(_ principal: Principal, _ role: String) -> String {
    guard let person = PrincipalName.person(principal.uri) else {
      return "\(PrincipalName.short(principal.uri)): [\(role)] below services"
    }
    return "`lodestar people add \(person) --role \(role)`"
  }
}
