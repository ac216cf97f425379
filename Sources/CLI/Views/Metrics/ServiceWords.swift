/// What lodestar-metrics says, as a person at this command line reads it: its sentences serve programs and other languages as well.
extension String {
  /// With the names of people and services as people say them.
  var withShortNames: String {
    replacing("spiffe://lodestar.local/person/", with: "").replacing("spiffe://lodestar.local/", with: "")
  }

  /// Also with times to the second, and with commands in place of calls.
  var forPeople: String {
    var text = withShortNames
    text.replace(#/(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z/#) { "\($0.1) \($0.2)Z" }
    text.replace(#/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/#) { match in
      Self.commands[String(match.0)].map { "`lodestar metrics \($0)`" } ?? String(match.0)
    }
    return text
  }

  static let commands = [
    "CreateVersion": "create", "UpdateDraft": "update", "UpdateMetric": "describe", "RequestApproval": "request",
    "SetCurrentVersion": "set-current", "CorrectDefinition": "correct", "PinDashboard": "pin", "UnpinDashboard": "unpin",
    "MigratePin": "migrate-pin", "ListPins": "pins", "ImpactReport": "impact", "DiffVersions": "diff", "CompareVersions": "compare",
    "GetMetric": "show", "ListMetrics": "list", "ResolveVersion": "resolve", "ListNotifications": "notifications list",
    "RetryNotification": "notifications retry",
  ]
}
