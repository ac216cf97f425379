import ConstraintCompilationDomain
import Testing

/// Every type of constraint row, good and bad, each alone in its set.
@Suite struct ConstraintRowTests {
  private func row(
    _ type: String, _ dimension: String, _ key: String, min: Double? = nil, max: Double? = nil, minCount: Double? = nil,
    maxCount: Double? = nil, kpi: String = "", value: Double? = nil, notes: String = "why"
  ) -> ConstraintEntry {
    ConstraintEntry(
      row: 2, type: type, dimension: dimension, key: key, minTokens: min, maxTokens: max, minCount: minCount, maxCount: maxCount,
      targetKpiKey: kpi, targetValue: value, notes: notes)
  }

  private func compiled(_ entry: ConstraintEntry) -> CompiledSet? {
    let compilation = SeedRows.compile([entry])
    #expect(!compilation.findings.haveErrors, "\(compilation.findings)")
    return compilation.compiled
  }

  /// `column:code` of the errors.
  private func faults(_ entry: ConstraintEntry) -> [String] {
    let compilation = SeedRows.compile([entry])
    #expect(compilation.compiled == nil)
    return compilation.findings.filter { $0.severity == .error }.map { "\($0.cell.column):\($0.code)" }
  }

  @Test(arguments: [
    ("country", "UK", DimensionMember(.country, "UK")), ("Market", "uk", DimensionMember(.country, "uk")),
    ("department", " Payments ", DimensionMember(.department, "Payments")),
    ("category", "CORE", DimensionMember(.category, "core")),
    ("all", "", .all), ("ALL", "all", .all),
  ])
  func `bounds take every dimension`(dimension: String, key: String, member: DimensionMember) {
    #expect(compiled(row("capacity_floor", dimension, key, min: 100))?.capacityFloors == [.init(member: member, amount: 100)])
    #expect(compiled(row("Capacity Cap", dimension, key, max: 500))?.capacityCaps == [.init(member: member, amount: 500)])
    #expect(compiled(row("cap", dimension, key, max: 500.0))?.capacityCaps == [.init(member: member, amount: 500)])
    #expect(compiled(row("min-selected", dimension, key, minCount: 1))?.minSelected == [.init(member: member, amount: 1)])
    #expect(compiled(row("max_selected", dimension, key, maxCount: 4))?.maxSelected == [.init(member: member, amount: 4)])
  }

  @Test func `a program is a dimension too`() {
    var initiatives = SeedRows.initiatives
    initiatives[0].backlog.programKey = "PROGRAM-12"
    let compilation = SeedRows.compile([row("capacity_cap", "program", "program-12", max: 200)], initiatives: initiatives)
    #expect(compilation.compiled?.capacityCaps == [.init(member: DimensionMember(.program, "PROGRAM-12"), amount: 200)])
    #expect(compilation.findings.isEmpty)
  }

  @Test func `types about initiatives take initiatives`() {
    #expect(
      compiled(row("mandatory", "initiative", "init-000100"))?.mandatory == [.init(initiativeKey: "INIT-000100", reason: "why")])
    #expect(compiled(row("exclusion", "initiative", "INIT-000100"))?.excludedInitiatives == ["INIT-000100"])
    #expect(compiled(row("exclude", "bundle", "BNDL-PAYMENTS"))?.excludedBundles == ["BNDL-PAYMENTS"])
    #expect(
      compiled(row("exclude_pair", "initiative", " INIT-000100 <> INIT-000044 "))?.excludedPairs == [
        .init("INIT-000044", "INIT-000100")
      ])
    #expect(
      compiled(row("bundle", "bundle", "BNDL-X: INIT-000100, init-000044"))?.bundles
        == [.init(key: "BNDL-X", initiativeKeys: ["INIT-000044", "INIT-000100"], notes: "why")])
    #expect(
      compiled(row("prerequisite", "initiative", "INIT-000100<-INIT-000044, INIT-000012"))?.prerequisites
        == [.init(initiativeKey: "INIT-000100", requires: ["INIT-000012", "INIT-000044"])])
  }

  @Test func `a synergy is between initiatives or in a group`() {
    #expect(
      compiled(row("synergy_bonus", "initiative", "INIT-000100+init-000044", kpi: "nsm_orders", value: 500))?.synergies
        == [.init(initiativeKeys: ["INIT-000044", "INIT-000100"], kpiKey: "NSM_ORDERS", bonus: 500)])
    var initiatives = SeedRows.initiatives
    initiatives[3].candidate.synergyGroupKeys = ["CHECKOUT"]
    initiatives[4].candidate.synergyGroupKeys = ["checkout"]
    let grouped = SeedRows.compile(
      [row("synergy_bonus", "synergy_group", "CHECKOUT", kpi: "KPI_CONVERSION", value: -0.1)], initiatives: initiatives)
    #expect(grouped.findings.isEmpty)
    #expect(grouped.compiled?.synergies == [.init(groupKey: "CHECKOUT", kpiKey: "KPI_CONVERSION", bonus: -0.1)])
  }

  @Test func `a target among Constraints is a floor`() {
    #expect(
      compiled(row("target", "country", "UK", kpi: "nsm_orders", value: 1000))?.targets
        == [
          KpiTargetRule(
            kpiKey: "NSM_ORDERS", member: DimensionMember(.country, "UK"), side: .floor, value: 1000, unit: "orders", notes: "why")
        ])
    #expect(compiled(row("kpi_target", "all", "", kpi: "NSM_ORDERS", value: 1000))?.targets.map(\.member) == [.all])
  }

  @Test func `a column that the type does not use must be blank`() {
    #expect(faults(row("capacity_floor", "country", "UK", min: 1, max: 2)) == ["max_tokens:unused_column"])
    #expect(faults(row("capacity_cap", "country", "UK", min: 1, max: 2)) == ["min_tokens:unused_column"])
    #expect(faults(row("min_selected", "country", "UK", min: 1, minCount: 1)) == ["min_tokens:unused_column"])
    #expect(
      faults(row("mandatory", "initiative", "INIT-000100", min: 0, max: 0, minCount: 0, maxCount: 0, kpi: "NSM_ORDERS", value: 0))
        == [
          "min_tokens:unused_column", "max_tokens:unused_column", "min_count:unused_column", "max_count:unused_column",
          "target_kpi_key:unused_column", "target_value:unused_column",
        ])
    #expect(faults(row("target", "all", "", max: 3, kpi: "NSM_ORDERS", value: 1)) == ["max_tokens:unused_column"])
  }

  @Test(arguments: [
    ("capacity_floor", "min_tokens"), ("capacity_cap", "max_tokens"), ("min_selected", "min_count"), ("max_selected", "max_count"),
  ])
  func `a bound without its number, or with a broken one, is refused`(type: String, column: String) {
    func with(_ number: Double?) -> ConstraintEntry {
      row(
        type, "country", "UK", min: column == "min_tokens" ? number : nil, max: column == "max_tokens" ? number : nil,
        minCount: column == "min_count" ? number : nil, maxCount: column == "max_count" ? number : nil)
    }
    #expect(faults(with(nil)) == ["\(column):missing_value"])
    #expect(faults(with(180.5)) == ["\(column):not_whole"])
    #expect(faults(with(-1)) == ["\(column):out_of_range"])
    #expect(faults(with(1e30)).count == 1)
    #expect(faults(with(.nan)) == ["\(column):not_whole"])
  }

  @Test(arguments: [
    ("capacity_floor", "initiative"), ("capacity_cap", "bundle"), ("min_selected", "synergy_group"), ("mandatory", "country"),
    ("exclude", "country"), ("exclude_pair", "bundle"), ("bundle", "initiative"), ("require_prereq", "bundle"),
    ("synergy_bonus", "bundle"),
    ("target", "initiative"),
  ])
  func `a dimension that does not go with the type is refused`(type: String, dimension: String) {
    let faults = faults(row(type, dimension, "INIT-000100"))
    #expect(faults.contains("dimension:wrong_dimension"))
  }

  @Test(arguments: [
    ("exclude_pair", "INIT-000100"), ("exclude_pair", "INIT-000100<>"), ("exclude_pair", "A<>B<>C"), ("exclude_pair", ""),
    ("require_prereq", "INIT-000100"), ("require_prereq", "INIT-000100<-"), ("require_prereq", "A<-B<-C"),
    ("require_prereq", "<-INIT-000100"),
    ("mandatory", ""), ("mandatory", "A,B"), ("mandatory", "A<-B"),
  ])
  func `a key that is not written as its type wants is refused`(type: String, key: String) {
    let faults = faults(row(type, "initiative", key))
    #expect(faults == ["key:bad_key"] || faults == ["key:missing_value"])
  }

  @Test(arguments: [
    ("exclude_pair", "INIT-000100<>init-000100"), ("require_prereq", "INIT-000100<-INIT-000012, init-000100"),
  ])
  func `an initiative is not tied to itself`(type: String, key: String) {
    #expect(faults(row(type, "initiative", key)) == ["key:names_itself"])
  }

  @Test func `bundles and synergies name enough`() {
    #expect(faults(row("bundle", "bundle", "BNDL-X:")) == ["key:bad_key"])
    #expect(faults(row("bundle", "bundle", ": INIT-000100")) == ["key:missing_value"])
    #expect(faults(row("synergy_bonus", "initiative", "INIT-000100+init-000100", kpi: "NSM_ORDERS", value: 1)) == ["key:bad_key"])
    #expect(
      faults(row("synergy_bonus", "initiative", "INIT-000100+INIT-000044", kpi: "NSM_ORDERS", value: 0)) == [
        "target_value:out_of_range"
      ])
    #expect(
      faults(row("synergy_bonus", "initiative", "INIT-000100+INIT-000044")) == [
        "target_kpi_key:missing_value", "target_value:missing_value",
      ])
  }

  @Test func `a member is named where there is one, and not where there is none`() {
    #expect(faults(row("capacity_cap", "country", "", max: 1)) == ["key:missing_value"])
    #expect(faults(row("capacity_cap", "country", "ALL", max: 1)) == ["key:missing_value"])
    #expect(faults(row("capacity_cap", "all", "UK", max: 1)) == ["key:unused_column"])
  }

  @Test func `a type, a dimension and a mandate's reason are required`() {
    #expect(faults(row("", "", "X")) == ["constraint_type:missing_value", "dimension:missing_value"])
    #expect(faults(row("mandatory", "initiative", "INIT-000100", notes: " ")) == ["notes:missing_value"])
    let misspelt = SeedRows.compile([row("capacity_flor", "contry", "UK")])
    #expect(
      misspelt.findings.map(\.message).map {
        $0.hasSuffix("did you mean \"capacity_floor\"?") || $0.hasSuffix("did you mean \"country\"?")
      } == [
        true, true,
      ])
  }

  @Test(arguments: [
    ("mandatory", "initiative", "INIT-00100"), ("exclude", "initiative", "INIT-00100"),
    ("exclude_pair", "initiative", "INIT-00100<>INIT-000044"),
    ("bundle", "bundle", "B: INIT-00100"), ("require_prereq", "initiative", "INIT-000044<-INIT-00100"),
  ])
  func `an initiative that is not there is answered with the nearest`(type: String, dimension: String, key: String) {
    let compilation = SeedRows.compile([row(type, dimension, key)])
    #expect(compilation.codes() == ["2:unknown_initiative"])
    #expect(
      compilation.findings.first?.message
        == "key \"INIT-00100\" is not an initiative of Central Backlog; did you mean \"INIT-000100\"?")
  }

  @Test func `a KPI that is not active is answered with the nearest`() {
    #expect(faults(row("target", "all", "", kpi: "NSM_ORDER", value: 1)) == ["target_kpi_key:unknown_kpi"])
    #expect(faults(row("target", "all", "", kpi: "KPI_OLD", value: 1)) == ["target_kpi_key:inactive_kpi"])
    #expect(
      faults(row("synergy_bonus", "initiative", "INIT-000100+INIT-000044", kpi: "X", value: 1)) == ["target_kpi_key:unknown_kpi"])
  }

  @Test func `a member that no initiative has fails a floor and is warned of in a cap`() {
    let floor = SeedRows.compile([row("capacity_floor", "category", "Coer", min: 1)])
    #expect(floor.findings.map(\.message) == ["no initiative of Central Backlog has the category \"Coer\"; did you mean \"Core\"?"])
    #expect(floor.compiled == nil)
    let cap = SeedRows.compile([row("capacity_cap", "category", "TechDebt", max: 1)])
    #expect(cap.findings.map { "\($0.severity):\($0.code)" } == ["warning:unknown_member"])
    #expect(cap.compiled != nil)
  }

  @Test func `bundles and groups that nobody names are warned of`() {
    #expect(
      SeedRows.compile([row("bundle", "bundle", "BNDL-PAYMENT")]).findings.map(\.message) == [
        "no candidate has the bundle_key \"BNDL-PAYMENT\"; did you mean \"BNDL-PAYMENTS\"?"
      ])
    #expect(SeedRows.compile([row("exclude", "bundle", "NOPE")]).codes(.warning) == ["2:empty_bundle"])
    #expect(
      SeedRows.compile([row("synergy_bonus", "synergy_group", "NOPE", kpi: "NSM_ORDERS", value: 1)]).codes(.warning) == [
        "2:empty_group"
      ])
  }
}
