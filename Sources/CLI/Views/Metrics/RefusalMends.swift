import RPC

/// How a refusal of lodestar-metrics is mended at this command line, by its reason; the service's own words speak of its calls.
enum RefusalMends {
  static func mend(of error: RPCError) -> String? {
    for case .badRequest(let request) in error.details {
      for violation in request.fieldViolations {
        if let option = byField[violation.field] { return "\(option) says it" }
      }
    }
    for case .errorInfo(let info) in error.details where info.domain == "lodestar.metrics" {
      if let mend = byReason[info.reason] { return mend }
    }
    return nil
  }

  /// The options that fill what a call was missing.
  private static let byField = [
    "metric.display_name": "--name", "metric.description": "--description", "metric.owner": "--owner", "metric.unit": "--unit",
    "content.definition": "--definition", "content.dbt_model": "--dbt-model", "content.relation": "--relation",
    "content.edge_cases.on_zero_denominator": "--on-zero", "content.edge_cases.currency": "--currency",
    "content.migration_guide": "--migration-guide", "ticket": "--ticket", "terms.reason": "--reason", "reason": "--reason",
    "owner": "--owner", "planned_sunset_at_us": "--sunset", "replacement_version": "--replacement", "version": "--version",
  ]

  static let byReason = [
    "REVISION_MOVED_ON": "look at it again with `lodestar metrics show`, then repeat the command",
    "APPROVAL_MISSING": "`lodestar metrics request` asks for it; `lodestar metrics show` says what waits for whom",
    "CHECKLIST_INCOMPLETE": "say it with --formula-correct, --edge-cases-handled, --impact-understood and --migration-planned",
    "METRIC_FACTS_MISSING": "say it with --name and --description",
    "MIGRATION_GUIDE_MISSING": "`lodestar metrics update` takes it with --migration-guide or --migration-guide-file",
    "METRIC_NOT_FOUND": "`lodestar metrics list` lists those that there are",
    "VERSION_IN_USE": "`lodestar metrics impact` lists them, `lodestar metrics migrate-pin` moves one",
    "VERSION_IS_CURRENT": "`lodestar metrics set-current` makes another version current",
    "PIN_EXISTS": "`lodestar metrics migrate-pin` moves it",
    "CONTENT_CHANGED": "look at it again with `lodestar metrics show`, then repeat the command",
    "PIN_NOT_FOUND": "`lodestar metrics pins` lists those that there are",
  ]
}
